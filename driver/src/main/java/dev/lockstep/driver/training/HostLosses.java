package dev.lockstep.driver.training;

import java.util.Map;
import java.util.TreeMap;

/** Counts the executors that each host has lost: one that loses many is likely to be at fault. */
final class HostLosses {
  /** Fewer may be chance. */
  private static final int SUSPICIOUS = 3;

  private final Map<String, Integer> ofHosts = new TreeMap<>();

  /**
   * An executor was lost.
   *
   * @param address of the executor, {@code HOST:PORT}
   * @return what there is to say of its host, to be put behind a sentence; empty where it is little
   */
  synchronized String count(String address) {
    int port = address.lastIndexOf(':');
    String host = port < 0 ? address : address.substring(0, port);
    int losses = ofHosts.merge(host, 1, Integer::sum);
    return losses < SUSPICIOUS
        ? ""
        : "; host %s has lost %d executors (take it out of the cluster if nobody killed them)"
            .formatted(host, losses);
  }
}
