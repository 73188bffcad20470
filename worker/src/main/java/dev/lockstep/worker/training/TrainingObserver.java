package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.run.EpochReport;
import java.io.Serializable;
import java.time.Duration;

/** Hears how the training goes; must not change it. */
public interface TrainingObserver {
  /** A step is done. */
  void stepDone(StepReport step);

  /** An epoch and its evaluation are done. */
  void epochDone(EpochReport epoch);

  /**
   * The training stands still until a checkpoint is stored; told again and again by rank 0 where
   * that takes longer than a moment.
   *
   * @param position of the checkpoint
   * @param time so far
   */
  default void waitsForCheckpoint(Position position, Duration time) {}

  /** A step as rank 0 saw it. */
  record StepReport(int epoch, int step, int steps, double loss, double samplesPerSecond)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
