package dev.lockstep.worker.training;

import dev.lockstep.common.run.EpochReport;
import java.io.Serializable;

/** Hears how the training goes; must not change it. */
public interface TrainingObserver {
  /** A step is done. */
  void stepDone(StepReport step);

  /** An epoch and its evaluation are done. */
  void epochDone(EpochReport epoch);

  /** A step as rank 0 saw it. */
  record StepReport(int epoch, int step, int steps, double loss, double samplesPerSecond)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
