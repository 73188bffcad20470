package dev.lockstep.driver.training;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** Decides how many ranks an attempt has. */
final class WorldSize {
  private WorldSize() {}

  /**
   * The ranks that the job asks for, or as many as there are slots, at most one a lane.
   *
   * @param slots tasks that the cluster can run at once
   */
  static int of(ClusterConfig cluster, int slots, int lanes) {
    int workers = cluster.workers().orElse(Math.min(slots, lanes));
    if (workers > lanes) {
      throw new LockstepException(
          FailureKind.CONFIG,
          ("'cluster.workers' is %d but must be at most %d, the number of lanes (training samples /"
                  + " 'training.microbatch-size')")
              .formatted(workers, lanes));
    }
    requireSlots(cluster, slots);
    return workers;
  }

  /**
   * Refuses a job that asks for more ranks than can run at once.
   *
   * @throws LockstepException of kind CLUSTER
   */
  static void requireSlots(ClusterConfig cluster, int slots) {
    int workers = cluster.workers().orElse(slots);
    if (workers > slots) {
      throw new LockstepException(
          FailureKind.CLUSTER,
          ("Cannot start %d workers: the cluster has %d slots (lower 'cluster.workers', or give more with"
                  + " --master local[%d])")
              .formatted(workers, slots, workers));
    }
  }
}
