package dev.lockstep.worker.spark;

import dev.lockstep.worker.training.TrainingObserver.StepReport;
import java.io.Serializable;

/** What ranks tell the driver while they train, over Spark's own RPC; of most, rank 0 does. */
public sealed interface ControlMessage extends Serializable {
  /** A step was done; not every step is told. The answer is whether to go on. */
  record StepDone(int attempt, StepReport step) implements ControlMessage {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The training goes on, but not as it should.
   *
   * @param warning a sentence, such as that some rank keeps others waiting
   */
  record Warned(int attempt, String warning) implements ControlMessage {
    private static final long serialVersionUID = 1L;
  }

  /**
   * An epoch was done.
   *
   * @param epoch the EpochReport as JSON
   */
  record EpochDone(int attempt, String epoch) implements ControlMessage {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Rank 0 has left a checkpoint in its staging folder. The answer is a {@link CheckpointVerdict}
   * as JSON, which comes once the driver has committed it.
   *
   * @param news the {@link CheckpointNews} as JSON
   */
  record CheckpointStaged(int attempt, String news) implements ControlMessage {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Rank 0 could not stage a checkpoint. The answer is a {@link CheckpointVerdict} as JSON.
   *
   * @param message why, as a sentence
   */
  record CheckpointFailed(int attempt, int epoch, int step, String message)
      implements ControlMessage {
    private static final long serialVersionUID = 1L;
  }
}
