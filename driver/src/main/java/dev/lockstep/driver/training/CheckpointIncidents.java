package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.storage.Replicas;
import java.util.Optional;

/**
 * What went wrong with checkpoints that came about all the same. It is told when it begins and not
 * of each checkpoint, since a report must not grow with their number.
 */
final class CheckpointIncidents {
  private boolean trouble;
  private int missing;

  /**
   * What there is to tell of trouble with staging the next checkpoint.
   *
   * @param told by rank 0
   */
  Optional<String> ofStaging(Optional<String> told) {
    boolean before = trouble;
    trouble = told.isPresent();
    return before ? Optional.empty() : told;
  }

  /** What there is to tell of the copies of the next checkpoint. */
  Optional<String> ofReplicas(CommittedCheckpoint checkpoint, Replicas replicas) {
    int before = missing;
    missing = replicas.missing();
    if (missing == before) {
      return Optional.empty();
    }
    return Optional.of(
        missing == 0
            ? "Checkpoints from %s on are written with all %d replicas again"
                .formatted(checkpoint.name(), replicas.wanted())
            : "Checkpoints from %s on are written with %d of %d replicas: HDFS finds no DataNodes for more (see that all run, or lower 'dfs.replication')"
                .formatted(checkpoint.name(), replicas.made(), replicas.wanted()));
  }
}
