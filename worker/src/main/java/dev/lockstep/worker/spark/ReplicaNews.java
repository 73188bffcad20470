package dev.lockstep.worker.spark;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.storage.Replicas;
import java.util.Optional;

/**
 * Tells when the checkpoints of an attempt begin to have fewer copies than they should, and when
 * they have them again, rather than of each.
 */
final class ReplicaNews {
  private int missing;

  /** What there is to tell of a checkpoint that comes after those before. */
  Optional<String> of(Position position, Replicas replicas) {
    int before = missing;
    missing = replicas.missing();
    if (missing == before) {
      return Optional.empty();
    }
    String made = "The checkpoint after %s has %s".formatted(position.text(), replicas.text());
    return Optional.of(
        missing == 0
            ? made + " again"
            : made
                + ": HDFS did without a DataNode (see that all run, or lower 'dfs.replication')");
  }
}
