package dev.lockstep.worker.spark;

import java.io.Serializable;

/**
 * By which kernels the ranks of one JVM compute.
 *
 * @param rank the lowest of the JVM
 * @param digest of what they compute from the same numbers
 */
public record RankKernels(int rank, String host, String digest) implements Serializable {
  private static final long serialVersionUID = 1L;
}
