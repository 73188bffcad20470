package dev.lockstep.worker.spark;

import dev.lockstep.worker.training.TrainingObserver.StepReport;
import java.io.Serializable;

/** What rank 0 tells the driver while it trains, over Spark's own RPC. */
public sealed interface ControlMessage extends Serializable {
  /** A step was done; not every step is told. */
  record StepDone(int attempt, StepReport step) implements ControlMessage {
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
}
