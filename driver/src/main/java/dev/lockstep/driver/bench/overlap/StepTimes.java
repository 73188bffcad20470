package dev.lockstep.driver.bench.overlap;

import dev.lockstep.common.run.EpochReport;
import dev.lockstep.worker.training.TrainingObserver;
import java.util.List;

/**
 * Milliseconds of a mean step.
 *
 * @param step all of it
 * @param exposed exchange that the rank waited for
 * @param hidden exchange beside compute
 */
record StepTimes(double step, double exposed, double hidden) {
  /** The mean over ranks. */
  static StepTimes mean(List<StepTimes> ofRanks) {
    double step = ofRanks.stream().mapToDouble(StepTimes::step).average().orElseThrow();
    double exposed = ofRanks.stream().mapToDouble(StepTimes::exposed).average().orElseThrow();
    double hidden = ofRanks.stream().mapToDouble(StepTimes::hidden).average().orElseThrow();
    return new StepTimes(step, exposed, hidden);
  }

  /** Adds up the epochs of a rank; the first one warms up and does not count. */
  static final class Sum implements TrainingObserver {
    private double step;
    private double exposed;
    private double hidden;
    private int epochs;

    @Override
    public void stepDone(StepReport report) {}

    @Override
    public void epochDone(EpochReport epoch) {
      if (epoch.epoch() > 1) {
        step += epoch.seconds();
        exposed += epoch.exchangeSeconds();
        hidden += epoch.hiddenExchangeSeconds();
        epochs++;
      }
    }

    StepTimes mean(int stepsAnEpoch) {
      double each = 1e3 / epochs / stepsAnEpoch;
      return new StepTimes(step * each, exposed * each, hidden * each);
    }
  }
}
