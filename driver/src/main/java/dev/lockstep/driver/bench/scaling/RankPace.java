package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.training.RankTraining;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingPlan;

/** The pace of a group as one of its ranks sees it; the first epoch warms up and does not count. */
final class RankPace implements TrainingObserver {
  private double samples;
  private double seconds;

  /**
   * Trains a rank and leaves its group.
   *
   * @return samples a second of the whole group
   */
  static double of(TrainingPlan plan, Storage storage, ProcessGroup member) {
    try (member;
        RankTraining training = new RankTraining(plan, storage, member, System::nanoTime)) {
      RankPace pace = new RankPace();
      training.run(pace, copy -> {});
      return pace.samples / pace.seconds;
    }
  }

  @Override
  public void stepDone(StepReport step) {}

  @Override
  public void epochDone(EpochReport epoch) {
    if (epoch.epoch() > 1) {
      samples += epoch.samples();
      seconds += epoch.seconds();
    }
  }
}
