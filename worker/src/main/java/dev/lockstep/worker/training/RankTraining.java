package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.combine.GradientSharing;
import dev.lockstep.worker.combine.LaneWork;
import dev.lockstep.worker.combine.LossBook;
import dev.lockstep.worker.combine.StepClock;
import dev.lockstep.worker.combine.StepListener;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.data.Prefetcher;
import dev.lockstep.worker.evaluation.EvaluationCut;
import dev.lockstep.worker.model.Ports;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.ReplicaBatch;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Puts together what one rank needs to train, runs it, and takes it apart again. */
public final class RankTraining implements AutoCloseable {
  /** Bytes of the samples that are read ahead, within the numbers of microbatches. */
  private static final int AHEAD = 4 << 20;

  private static final int LEAST_AHEAD = 3;
  private static final int MOST_AHEAD = 32;

  private final TrainingPlan plan;
  private final Storage storage;
  private final ProcessGroup group;
  private final LongSupplier nanoTime;
  private final SampleOrder order;
  private final Replica replica;
  private final Combining combining;
  private final LaneSamples samples;
  private final Prefetcher<ReplicaBatch> prefetcher;

  /**
   * @param nanoTime clock for the report
   */
  public RankTraining(
      TrainingPlan plan, Storage storage, ProcessGroup group, LongSupplier nanoTime) {
    this(plan, storage, group, nanoTime, GradientSharing.LEAST_BUCKET);
  }

  /**
   * @param leastBucket floats that are worth an exchange of their own
   */
  RankTraining(
      TrainingPlan plan,
      Storage storage,
      ProcessGroup group,
      LongSupplier nanoTime,
      int leastBucket) {
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
    RankModel model = RankModel.of(plan, group);
    this.replica = model.replica();
    group.keepAlive(replica);
    this.combining = new Combining(plan.job(), model, group, steps(), nanoTime, leastBucket);
    this.samples = samples(plan.manifest().train(), trainingMemory());
    this.prefetcher =
        new Prefetcher<>(
            group.rank(),
            samples,
            plan.job().cluster().stallTimeout(),
            Stream.generate(() -> batch(plan.job().training().microbatchSize()))
                .limit(microbatchesAhead(plan.job().training().microbatchSize(), floats()))
                .toList());
  }

  /**
   * What shows by which kernels this JVM computes; to be asked before the training, while the
   * parameters are the initial ones.
   */
  public String kernels() {
    return KernelProbe.digest(
        plan.manifest().train(), plan.job().training().microbatchSize(), prefetcher, replica);
  }

  /**
   * Trains to the last epoch, takes a checkpoint of the end and evaluates the test split. A failure
   * aborts the group at once.
   *
   * @param observer of this rank
   * @param sink where rank 0's checkpoints go
   */
  public TrainingResult run(TrainingObserver observer, CheckpointSink sink) {
    try {
      train(observer, sink);
      return result(plan.job().training().epochs());
    } catch (Throwable e) { // Scala throws checked exceptions that it does not declare
      group.abort(LockstepException.in(e));
      throw e;
    }
  }

  @Override
  public void close() {
    try (replica;
        samples;
        combining) {
      prefetcher.close();
    }
  }

  private void train(TrainingObserver observer, CheckpointSink sink) {
    int epochs = plan.job().training().epochs();
    CheckpointState from =
        StartingState.restore(plan, storage, combining.state(), combining.residuals());
    StepClock clock = new StepClock(nanoTime);
    LossBook losses = new LossBook(group.lanes());
    losses.restore(from.losses());
    Position end = new Position(epochs + 1, 0);
    try (Checkpointer checkpointer = checkpointer(from, losses, clock, sink, observer);
        SplitEvaluation validation = evaluation("validation", plan.manifest().validation())) {
      loop(checkpointer, losses, clock, validation, observer).run(from.position(), epochs);
      if (from.position().compareTo(end) < 0) {
        checkpointer.take(end);
        checkpointer.await(end);
      }
    }
  }

  private TrainingLoop loop(
      Checkpointer checkpointer,
      LossBook losses,
      StepClock clock,
      SplitEvaluation validation,
      TrainingObserver observer) {
    TrainingConfig training = plan.job().training();
    CheckpointBoundary boundary =
        new CheckpointBoundary(group, checkpointer, steps(), training.epochs());
    LaneWork work =
        new LaneWork(
            replica, prefetcher, order, training.microbatchSize(), training.seed(), clock, losses);
    StepListener listener = new StepReporter(observer, clock, losses, order, steps());
    return new TrainingLoop(
        group,
        replica,
        combining.combiner(work, listener, boundary),
        order,
        training.microbatchSize(),
        clock,
        losses,
        validation,
        observer,
        boundary,
        nanoTime);
  }

  private Checkpointer checkpointer(
      CheckpointState from,
      LossBook losses,
      StepClock clock,
      CheckpointSink sink,
      TrainingObserver observer) {
    CheckpointSchedule schedule =
        new CheckpointSchedule(
            plan.job().checkpoint().every(),
            plan.job().training().onDivergence(),
            steps(),
            from.position(),
            nanoTime);
    return new Checkpointer(
        group, combining, plan.network(), losses, clock, schedule, from, sink, observer);
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

  /**
   * How many microbatches are read ahead: many of small ones, since each wake of the reader costs
   * the same, few of large ones, for their memory.
   *
   * @param floats of a sample, those that it gives and those that the network should put out
   */
  static int microbatchesAhead(int microbatchSize, long floats) {
    long bytes = microbatchSize * floats * Float.BYTES;
    return (int) Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, AHEAD / bytes));
  }

  /** Of a sample in a microbatch. */
  private long floats() {
    long outputs = ports().outputUnits().stream().mapToLong(units -> units).sum();
    return plan.manifest().schema().input().size() + outputs;
  }

  private ReplicaBatch batch(int capacity) {
    return new ReplicaBatch(plan.manifest().schema(), ports(), capacity);
  }

  private Ports ports() {
    return Ports.of(plan.job().model(), plan.manifest().schema(), replica.network());
  }

  private static Shuffle shuffle(TrainingConfig training) {
    return switch (training.order()) {
      case SHUFFLED -> Shuffle.EACH_EPOCH;
      case INPUT -> Shuffle.NEVER;
    };
  }
}
