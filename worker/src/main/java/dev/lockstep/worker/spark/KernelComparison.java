package dev.lockstep.worker.spark;

import dev.lockstep.common.checkpoint.CheckpointManifest;
import dev.lockstep.common.config.Kernels;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Finds out before a training whether all ranks compute the same bits, and those that the
 * checkpoint was computed with. Libraries choose their kernels by the processor, and kernels differ
 * in the order in which they add up; on hosts of different kinds the weights would depend on which
 * rank has which lane, and on when the run was interrupted.
 */
final class KernelComparison {
  private static final Occasion OCCASION = new Occasion(1, 0, "the comparison of kernels");

  /** Hexadecimal digits of a digest that go into one figure. */
  private static final int DIGITS = 8;

  private final ProcessGroup group;
  private final String host;
  private final Kernels wanted;
  private final Consumer<String> warnings;

  /**
   * @param host of this rank
   * @param warnings takes sentences about ranks that differ, where they may
   */
  KernelComparison(ProcessGroup group, String host, Kernels wanted, Consumer<String> warnings) {
    this.group = group;
    this.host = host;
    this.wanted = wanted;
    this.warnings = warnings;
  }

  /**
   * Compares; all ranks of the group call this together. Those of one JVM have the same kernels, so
   * only its lowest computes.
   *
   * @param digest computes what shows the kernels
   * @param from reads what the training goes on from, on rank 0 alone
   * @return the digest, on the lowest rank of each JVM
   * @throws LockstepException of kind CLUSTER where ranks must not differ and do; the others fail
   *     once this rank has aborted the group
   */
  Optional<String> compare(Supplier<String> digest, Supplier<Optional<CheckpointManifest>> from) {
    Optional<String> own = group.isFirstOfJvm() ? Optional.of(digest.get()) : Optional.empty();
    double[] row = own.map(KernelComparison::row).orElseGet(() -> new double[0]);
    List<double[]> rows = group.allGather(row, OCCASION);
    if (own.isPresent() && !Arrays.equals(row, rows.get(0))) {
      differsFromFirst();
    }
    if (group.rank() == 0) {
      from.get()
          .filter(manifest -> manifest.kernels().isPresent() && !manifest.kernels().equals(own))
          .ifPresent(this::differsFrom);
    }
    group.barrier(OCCASION); // nobody begins while another may be about to fail
    return own;
  }

  private void differsFromFirst() {
    String who = "rank %d (%s) computes other bits than rank 0".formatted(group.rank(), host);
    report(
        "Cannot train on workers that do not compute alike: %s (set OPENBLAS_CORETYPE to what all processors can, such as Haswell, where the job is submitted, or 'cluster.kernels' to any)"
            .formatted(who),
        "The weights depend on which worker computes what: %s ('cluster.kernels' is any)"
            .formatted(who));
  }

  private void differsFrom(CheckpointManifest checkpoint) {
    String who = "rank 0 (%s) computes other bits than those that made it".formatted(host);
    report(
        "Cannot go on from checkpoint %s: %s (set OPENBLAS_CORETYPE as it was then where the job is submitted, 'cluster.kernels' to any, or --new-run starts over)"
            .formatted(checkpoint.name(), who),
        "The weights depend on checkpoint %s: %s ('cluster.kernels' is any)"
            .formatted(checkpoint.name(), who));
  }

  private void report(String refusal, String warning) {
    if (wanted == Kernels.ALIKE) {
      throw new LockstepException(FailureKind.CLUSTER, refusal);
    }
    warnings.accept(warning);
  }

  private static double[] row(String digest) {
    return IntStream.range(0, digest.length() / DIGITS)
        .mapToObj(i -> digest.substring(i * DIGITS, (i + 1) * DIGITS))
        .mapToDouble(part -> Long.parseLong(part, 16))
        .toArray();
  }
}
