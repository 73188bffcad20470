package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.training.TrainingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Groups of ranks that train at the same time, each rank on a thread, each group for itself. */
final class ReplicaThreads implements Contender {
  private static final Duration STALL = Duration.ofSeconds(60);

  private final String name;
  private final Storage storage;
  private final List<TrainingPlan> plans;
  private final int ranks;

  /**
   * @param plans one a group
   * @param ranks of each group
   */
  ReplicaThreads(String name, Storage storage, List<TrainingPlan> plans, int ranks) {
    this.name = name;
    this.storage = storage;
    this.plans = plans;
    this.ranks = ranks;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalDouble samplesPerSecond() {
    ExecutorService threads = Executors.newFixedThreadPool(plans.size() * ranks);
    try {
      List<Future<Double>> ranksOfAll = new ArrayList<>();
      for (TrainingPlan plan : plans) {
        LocalGroup group =
            new LocalGroup(ranks, new LaneTree(plan.lanes()), StallPolicy.failAfter(STALL));
        for (int rank = 0; rank < ranks; rank++) {
          int ofThread = rank; // the thread that joins is the rank's, and only that waits awake
          ranksOfAll.add(threads.submit(() -> RankPace.of(plan, storage, group.member(ofThread))));
        }
      }
      double sum = 0;
      for (Future<Double> rank : ranksOfAll) {
        sum += rank.get() / ranks; // every rank reports the pace of its whole group
      }
      return OptionalDouble.of(sum);
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
}
