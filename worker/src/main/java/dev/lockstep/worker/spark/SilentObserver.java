package dev.lockstep.worker.spark;

import dev.lockstep.common.run.EpochReport;
import dev.lockstep.worker.training.TrainingObserver;

/** The observer of every rank but the first, which speaks for all. */
record SilentObserver() implements TrainingObserver {
  @Override
  public void stepDone(StepReport step) {}

  @Override
  public void epochDone(EpochReport epoch) {}
}
