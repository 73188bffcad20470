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
    refuseMoreThanLanes(cluster, lanes);
    if (workers > slots) {
      throw new LockstepException(
          FailureKind.CLUSTER,
          ("Cannot start %d workers: the cluster has %d slots (lower 'cluster.workers', or give more with"
                  + " --master local[%d])")
              .formatted(workers, slots, workers));
    }
    return workers;
  }

  /** Every rank needs a lane of its own at least. */
  static void refuseMoreThanLanes(ClusterConfig cluster, int lanes) {
    if (cluster.workers().orElse(1) > lanes) {
      throw new LockstepException(
          FailureKind.CONFIG,
          ("'cluster.workers' is %d but must not exceed the %d lanes of the job (global batch size /"
                  + " microbatch size; lower 'training.microbatch-size')")
              .formatted(cluster.workers().getAsInt(), lanes));
    }
  }
}
