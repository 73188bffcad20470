package dev.lockstep.worker.training;

import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.combine.Combiner;
import dev.lockstep.worker.combine.GradientSharing;
import dev.lockstep.worker.combine.LaneWork;
import dev.lockstep.worker.combine.LossBook;
import dev.lockstep.worker.combine.ParameterAveraging;
import dev.lockstep.worker.combine.StepClock;
import dev.lockstep.worker.combine.StepListener;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.data.Prefetcher;
import dev.lockstep.worker.evaluation.EvaluationCut;
import dev.lockstep.worker.model.Ports;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.ReplicaBatch;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Puts together what one rank needs to train, runs it, and takes it apart again. */
public final class RankTraining implements AutoCloseable {
  /** Microbatches that are read ahead. */
  private static final int PREFETCH = 3;

  private final TrainingPlan plan;
  private final Storage storage;
  private final ProcessGroup group;
  private final LongSupplier nanoTime;
  private final SampleOrder order;
  private final Replica replica;
  private final LaneSamples samples;
  private final Prefetcher<ReplicaBatch> prefetcher;

  /**
   * @param nanoTime clock for the report
   */
  public RankTraining(
      TrainingPlan plan, Storage storage, ProcessGroup group, LongSupplier nanoTime) {
    this.plan = plan;
    this.storage = storage;
    this.group = group;
    this.nanoTime = nanoTime;
    this.order =
        new SampleOrder(
            plan.manifest().train().blockSizes(),
            plan.lanes(),
            shuffle(plan.job().training()),
            plan.job().training().seed());
    this.replica = new Replica(plan.network());
    group.keepAlive(replica);
    this.samples = samples(plan.manifest().train(), trainingMemory());
    this.prefetcher =
        new Prefetcher<>(
            group.rank(),
            samples,
            plan.job().cluster().stallTimeout(),
            Stream.generate(() -> batch(plan.job().training().microbatchSize()))
                .limit(PREFETCH)
                .toList());
  }

  /**
   * Trains all epochs and evaluates the test split. A failure aborts the group at once.
   *
   * @param observer of this rank
   * @param saver takes the trained replica, before the other ranks learn that all went well
   */
  public TrainingResult run(TrainingObserver observer, Consumer<Replica> saver) {
    try {
      train(observer);
      int epochs = plan.job().training().epochs();
      replica.moveTo(Math.multiplyExact(epochs, steps()), epochs);
      saver.accept(replica);
      return result(epochs);
    } catch (RuntimeException | Error e) {
      group.abort(LockstepException.in(e));
      throw e;
    }
  }

  @Override
  public void close() {
    try (replica;
        samples) {
      prefetcher.close();
    }
  }

  private void train(TrainingObserver observer) {
    TrainingConfig training = plan.job().training();
    StepClock clock = new StepClock(nanoTime);
    LossBook losses = new LossBook(group.lanes());
    LaneWork work =
        new LaneWork(
            replica, prefetcher, order, training.microbatchSize(), training.seed(), clock, losses);
    StepListener listener = new StepReporter(observer, clock, losses, order, steps());
    try (SplitEvaluation validation = evaluation("validation", plan.manifest().validation())) {
      new TrainingLoop(
              group,
              replica,
              combiner(work, listener),
              order,
              clock,
              losses,
              validation,
              observer,
              nanoTime)
          .run(training.epochs());
    }
  }

  private TrainingResult result(int epochs) {
    try (SplitEvaluation test = evaluation("test", plan.manifest().test())) {
      Optional<Metrics> metrics = test.evaluate(epochs);
      return new TrainingResult(
          replica.parameters().length(),
          replica.parametersSha256(),
          (long) epochs * steps(),
          metrics);
    }
  }

  private int steps() {
    return order.steps(plan.job().training().microbatchSize());
  }

  private Combiner combiner(LaneWork work, StepListener listener) {
    Combine combine = plan.job().training().combine();
    if (combine instanceof Combine.ParameterAveraging averaging) {
      return new ParameterAveraging(work, group, averaging.every(), listener);
    }
    return new GradientSharing(work, group, listener);
  }

  private SplitEvaluation evaluation(String name, Split split) {
    return new SplitEvaluation(
        name,
        replica,
        group,
        plan.manifest().schema(),
        split,
        samples(split, BlockMemory.forEvaluation()),
        batch(EvaluationCut.BATCH),
        plan.lanes());
  }

  private LaneSamples samples(Split split, long memory) {
    return new LaneSamples(storage, plan.dataDirectory(), plan.manifest().schema(), split, memory);
  }

  /**
   * With a single step an epoch, as with full batches, a lane is read to its end before the next.
   */
  private long trainingMemory() {
    int lanesInTurn = steps() == 1 ? 1 : group.lanes().size();
    return BlockMemory.forTraining(plan.manifest().train(), group.size(), lanesInTurn);
  }

  private ReplicaBatch batch(int capacity) {
    DataSchema schema = plan.manifest().schema();
    Ports ports = Ports.of(plan.job().model(), schema, replica.network());
    return new ReplicaBatch(schema, ports, capacity);
  }

  private static Shuffle shuffle(TrainingConfig training) {
    return switch (training.order()) {
      case SHUFFLED -> Shuffle.EACH_EPOCH;
      case INPUT -> Shuffle.NEVER;
    };
  }
}
