package dev.lockstep.worker.training;

import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.worker.combine.LossBook;
import dev.lockstep.worker.combine.StepClock;
import dev.lockstep.worker.combine.StepListener;
import dev.lockstep.worker.training.TrainingObserver.StepReport;

/** Turns each step of a rank into a report with the pace of the epoch so far. */
final class StepReporter implements StepListener {
  private final TrainingObserver observer;
  private final StepClock clock;
  private final LossBook losses;
  private final SampleOrder order;
  private final int steps;
  private int epochUnderWay;
  private int stepsBefore;

  /**
   * A reporter of a training.
   *
   * @param steps of an epoch
   */
  StepReporter(
      TrainingObserver observer, StepClock clock, LossBook losses, SampleOrder order, int steps) {
    this.observer = observer;
    this.clock = clock;
    this.losses = losses;
    this.order = order;
    this.steps = steps;
  }

  @Override
  public void stepDone(int epoch, int step) {
    if (epoch != epochUnderWay) {
      epochUnderWay = epoch;
      stepsBefore = step - 1;
    }
    double samples = order.samples() * (double) (step - stepsBefore) / steps;
    double seconds = Math.max(clock.seconds()[0], 1e-9);
    observer.stepDone(new StepReport(epoch, step, steps, losses.lastMean(), samples / seconds));
  }
}
