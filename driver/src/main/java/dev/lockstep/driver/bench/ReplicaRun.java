package dev.lockstep.driver.bench;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.training.RankTraining;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Groups of ranks that train at the same time, each rank on a thread, each group for itself. */
final class ReplicaRun {
  private static final StallPolicy STALL = StallPolicy.failAfter(Duration.ofSeconds(60));

  private final Storage storage;
  private final List<TrainingPlan> plans;
  private final int ranks;

  /**
   * @param plans one a group
   * @param ranks of each group
   */
  ReplicaRun(Storage storage, List<TrainingPlan> plans, int ranks) {
    this.storage = storage;
    this.plans = plans;
    this.ranks = ranks;
  }

  /** Samples a second of all groups together, the first epoch left out. */
  double samplesPerSecond() {
    ExecutorService threads = Executors.newFixedThreadPool(plans.size() * ranks);
    try {
      List<Future<Double>> ranksOfAll = new ArrayList<>();
      for (TrainingPlan plan : plans) {
        LocalGroup group = new LocalGroup(ranks, new LaneTree(plan.lanes()), STALL);
        for (int rank = 0; rank < ranks; rank++) {
          ranksOfAll.add(threads.submit(training(plan, group.member(rank))));
        }
      }
      double sum = 0;
      for (Future<Double> rank : ranksOfAll) {
        sum += rank.get() / ranks; // every rank reports the pace of its whole group
      }
      return sum;
    } catch (ExecutionException e) {
      LockstepException cause = LockstepException.in(e);
      throw new LockstepException(cause.kind(), cause.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(FailureKind.INTERRUPTED, "Interrupted while measuring", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Callable<Double> training(TrainingPlan plan, ProcessGroup member) {
    return () -> {
      try (member;
          RankTraining training = new RankTraining(plan, storage, member, System::nanoTime)) {
        Pace pace = new Pace();
        training.run(pace, replica -> {});
        return pace.samples / pace.seconds;
      }
    };
  }

  /** Adds up the epochs after the first. */
  private static final class Pace implements TrainingObserver {
    private double samples;
    private double seconds;

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
}
