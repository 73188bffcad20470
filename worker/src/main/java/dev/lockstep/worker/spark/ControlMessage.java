package dev.lockstep.worker.spark;

import dev.lockstep.worker.training.TrainingObserver.StepReport;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;

/**
 * What ranks tell the driver when they are ready and while they train, over Spark's own RPC; of
 * most, rank 0 does.
 */
public sealed interface ControlMessage extends Serializable {
  /** A step was done; not every step is told. The answer is whether to go on. */
  record StepDone(int attempt, StepReport step) implements ControlMessage {
    private static final long serialVersionUID = 1L;
  }

  /** Some rank keeps others waiting: a sentence that says which, and where it is. */
  record Late(int attempt, String warning) implements ControlMessage {
    private static final long serialVersionUID = 1L;
  }

  /**
   * All ranks are ready to train. The answer is a {@link StartVerdict} as JSON.
   *
   * @param kernels those of each JVM
   */
  record Ready(int attempt, ArrayList<RankKernels> kernels) implements ControlMessage {
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

  /** The training stands still for so long until the checkpoint of a position is stored. */
  record WaitsForCheckpoint(int attempt, int epoch, int step, Duration time)
      implements ControlMessage {
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
