package dev.lockstep.worker.training;

import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.worker.combine.LossBook;
import dev.lockstep.worker.combine.StepClock;
import dev.lockstep.worker.combine.StepListener;
import dev.lockstep.worker.training.TrainingObserver.StepReport;

/** Turns each step of a rank into a report with the pace of the epoch so far. */
record StepReporter(
    TrainingObserver observer, StepClock clock, LossBook losses, SampleOrder order, int steps)
    implements StepListener {
  @Override
  public void stepDone(int epoch, int step) {
    double samples = order.samples() * (double) step / steps;
    double seconds = Math.max(clock.seconds()[0], 1e-9);
    observer.stepDone(new StepReport(epoch, step, steps, losses.lastMean(), samples / seconds));
  }
}
