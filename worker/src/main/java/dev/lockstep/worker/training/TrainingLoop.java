package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.ExchangeBytes;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.worker.collective.LaneRows;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Traffic;
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
 *       forward, backward               (compute; later layers may be on their way meanwhile)
 *     combine with the other ranks      (exchange)
 *     update                            (compute)
 *   refuse parameters that are not finite
 *   add up losses and times of all ranks
 *   evaluate the validation split with all ranks
 *   tell the observer
 *   take a checkpoint, stop           (where rank 0 wished it; also between steps)
 * evaluate the test split with all ranks
 * </pre>
 */
final class TrainingLoop {
  private final ProcessGroup group;
  private final Replica replica;
  private final Combiner combiner;
  private final SampleOrder order;
  private final int microbatchSize;
  private final int steps;
  private final StepClock clock;
  private final LossBook losses;
  private final SplitEvaluation validation;
  private final TrainingObserver observer;
  private final CheckpointBoundary boundary;
  private final LongSupplier nanoTime;

  TrainingLoop(
      ProcessGroup group,
      Replica replica,
      Combiner combiner,
      SampleOrder order,
      int microbatchSize,
      StepClock clock,
      LossBook losses,
      SplitEvaluation validation,
      TrainingObserver observer,
      CheckpointBoundary boundary,
      LongSupplier nanoTime) {
    this.group = group;
    this.replica = replica;
    this.combiner = combiner;
    this.order = order;
    this.microbatchSize = microbatchSize;
    this.steps = order.steps(microbatchSize);
    this.clock = clock;
    this.losses = losses;
    this.validation = validation;
    this.observer = observer;
    this.boundary = boundary;
    this.nanoTime = nanoTime;
  }

  /** Trains from a position to the last epoch; afterwards all ranks hold the same parameters. */
  void run(Position from, int epochs) {
    for (int epoch = from.epoch(); epoch <= epochs; epoch++) {
      int stepsDone = epoch == from.epoch() ? from.step() : 0;
      Traffic before = group.traffic();
      combiner.train(epoch, stepsDone, order.epoch(epoch));
      Traffic traffic = group.traffic().since(before);
      if (!replica.hasFiniteParameters()) {
        throw Divergence.at("epoch " + epoch, "a parameter is not finite");
      }
      EpochReport report =
          finish(epoch, order.samplesIn(stepsDone, steps, microbatchSize), traffic);
      observer.epochDone(report);
      boundary.epochDone(report);
    }
  }

  /**
   * The figures of an epoch.
   *
   * @param trained samples of the epoch's steps that were not done by an earlier attempt
   * @param traffic of this rank in those steps
   */
  private EpochReport finish(int epoch, long trained, Traffic traffic) {
    double[] seconds = meanSeconds(epoch);
    ExchangeBytes bytes = bytesOfAll(epoch, traffic);
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
        trained / seconds[0],
        seconds[1],
        seconds[2],
        seconds[4],
        seconds[3],
        Optional.of(bytes),
        evaluationSeconds,
        metrics);
  }

  private ExchangeBytes bytesOfAll(int epoch, Traffic traffic) {
    double[] own = {traffic.sent(), traffic.saved()};
    long sent = 0;
    long saved = 0;
    for (double[] ofRank : group.allGather(own, new Occasion(epoch, 0, "the sum of bytes"))) {
      sent += (long) ofRank[0];
      saved += (long) ofRank[1];
    }
    return new ExchangeBytes(sent, saved);
  }

  /** What the clock says, averaged over the ranks. */
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
