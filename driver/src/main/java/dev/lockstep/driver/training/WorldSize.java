package dev.lockstep.driver.training;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.failure.Count;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** Decides how many ranks an attempt has. */
final class WorldSize {
  private WorldSize() {}

  /**
   * Tasks that the cluster can run at once.
   *
   * @param remedy what to do where there are too few
   */
  record Available(int slots, String remedy) {}

  /**
   * The ranks that the job asks for, or as many as there are slots, at most one a lane. Where slots
   * are short, it is as many as there are, down to the least that the job allows.
   */
  static int of(ClusterConfig cluster, Available available, int lanes) {
    int workers = cluster.workers().orElse(Math.min(available.slots(), lanes));
    if (workers > lanes) {
      throw new LockstepException(
          FailureKind.CONFIG,
          ("'cluster.workers' is %d but must be at most %d, the number of lanes (training samples /"
                  + " 'training.microbatch-size')")
              .formatted(workers, lanes));
    }
    requireSlots(cluster, available);
    return Math.min(workers, available.slots());
  }

  /**
   * Refuses a job that cannot do with the ranks that can run at once.
   *
   * @throws LockstepException of kind CLUSTER
   */
  static void requireSlots(ClusterConfig cluster, Available available) {
    int least = cluster.minWorkers().orElse(cluster.workers().orElse(1));
    if (least > available.slots()) {
      throw new LockstepException(
          FailureKind.CLUSTER,
          "Cannot start %s: the cluster has %s (lower '%s', or %s)"
              .formatted(
                  Count.of(least, "worker"),
                  Count.of(available.slots(), "slot"),
                  cluster.minWorkers().isPresent() ? "cluster.min-workers" : "cluster.workers",
                  available.remedy()));
    }
  }
}
