package dev.lockstep.worker.training;

import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.worker.collective.LaneRows;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.combine.Combiner;
import dev.lockstep.worker.combine.Divergence;
import dev.lockstep.worker.combine.LossBook;
import dev.lockstep.worker.combine.StepClock;
import dev.lockstep.worker.model.Replica;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The epochs of one rank:
 *
 * <pre>
 * for each epoch
 *   combiner: for each step or period
 *     for each lane of this rank
 *       take the next microbatch        (input)
 *       forward, backward               (compute)
 *     combine with the other ranks      (exchange)
 *     update                            (compute)
 *   refuse parameters that are not finite
 *   add up losses and times of all ranks
 *   evaluate the validation split with all ranks
 *   tell the observer
 * evaluate the test split with all ranks
 * </pre>
 */
final class TrainingLoop {
  private final ProcessGroup group;
  private final Replica replica;
  private final Combiner combiner;
  private final SampleOrder order;
  private final StepClock clock;
  private final LossBook losses;
  private final SplitEvaluation validation;
  private final TrainingObserver observer;
  private final LongSupplier nanoTime;

  TrainingLoop(
      ProcessGroup group,
      Replica replica,
      Combiner combiner,
      SampleOrder order,
      StepClock clock,
      LossBook losses,
      SplitEvaluation validation,
      TrainingObserver observer,
      LongSupplier nanoTime) {
    this.group = group;
    this.replica = replica;
    this.combiner = combiner;
    this.order = order;
    this.clock = clock;
    this.losses = losses;
    this.validation = validation;
    this.observer = observer;
    this.nanoTime = nanoTime;
  }

  /** Trains all epochs; afterwards every rank's replica holds the same parameters. */
  void run(int epochs) {
    for (int epoch = 1; epoch <= epochs; epoch++) {
      combiner.train(epoch, order.epoch(epoch));
      if (!replica.hasFiniteParameters()) {
        throw Divergence.at("epoch " + epoch, "a parameter is not finite");
      }
      observer.epochDone(finish(epoch));
    }
  }

  private EpochReport finish(int epoch) {
    double[] seconds = meanSeconds(epoch);
    double[] loss =
        new LaneRows(group, order.lanes())
            .sum(losses.rows(), LossBook.ROW, new Occasion(epoch, 0, "the sum of losses"));
    long started = nanoTime.getAsLong();
    Optional<Metrics> metrics = validation.evaluate(epoch);
    double evaluationSeconds = (nanoTime.getAsLong() - started) / 1e9;
    return new EpochReport(
        epoch,
        loss[0] / loss[1],
        order.samples(),
        seconds[0],
        order.samples() / seconds[0],
        seconds[1],
        seconds[2],
        seconds[3],
        evaluationSeconds,
        metrics);
  }

  /** Seconds in all, in compute, exchange and input, averaged over the ranks. */
  private double[] meanSeconds(int epoch) {
    List<double[]> ofRanks =
        group.allGather(clock.seconds(), new Occasion(epoch, 0, "the sum of times"));
    double[] mean = new double[clock.seconds().length];
    for (double[] ofRank : ofRanks) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += ofRank[i] / ofRanks.size();
      }
    }
    return mean;
  }
}
