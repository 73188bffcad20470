package dev.lockstep.worker.spark;

import dev.lockstep.common.failure.FailureKind;
import java.util.Optional;

/**
 * What the driver makes of a checkpoint: the training goes on, since the checkpoint is committed or
 * its failure is tolerated, or it has to end.
 *
 * <p>It is sent as JSON: Spark reads answers with a class loader that does not know the job's
 * classes.
 *
 * @param end why the training has to end
 * @param message a sentence; empty where the training goes on
 */
public record CheckpointVerdict(Optional<FailureKind> end, String message) {
  /** The training goes on. */
  public static CheckpointVerdict goOn() {
    return new CheckpointVerdict(Optional.empty(), "");
  }

  /** The training has to end. */
  public static CheckpointVerdict end(FailureKind kind, String message) {
    return new CheckpointVerdict(Optional.of(kind), message);
  }
}
