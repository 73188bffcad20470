package dev.lockstep.worker.training;

import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.data.Split;
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

  /** Heap for decoded blocks that is always granted. */
  private static final long CACHE_BYTES = 256L << 20;

  private final TrainingPlan plan;
  private final Storage storage;
  private final ProcessGroup group;
  private final LongSupplier nanoTime;
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
    this.replica = new Replica(plan.network());
    this.samples = samples(plan.manifest().train());
    this.prefetcher =
        new Prefetcher<>(
            group.rank(),
            samples,
            plan.job().cluster().stallTimeout(),
            Stream.generate(this::batch).limit(PREFETCH).toList());
  }

  /**
   * Trains all epochs and evaluates the test split.
   *
   * @param observer of this rank
   * @param saver takes the trained replica, before the other ranks learn that all went well
   */
  public TrainingResult run(TrainingObserver observer, Consumer<Replica> saver) {
    TrainingConfig training = plan.job().training();
    int lanes = plan.lanes();
    SampleOrder order =
        new SampleOrder(
            plan.manifest().train().blockSizes(), lanes, shuffle(training), training.seed());
    StepClock clock = new StepClock(nanoTime);
    LossBook losses = new LossBook(group.lanes());
    LaneWork work =
        new LaneWork(
            replica, prefetcher, order, training.microbatchSize(), training.seed(), clock, losses);
    int steps = order.steps(training.microbatchSize());
    StepListener listener = new StepReporter(observer, clock, losses, order, steps);
    try (SplitEvaluation validation = evaluation(plan.manifest().validation(), lanes)) {
      new TrainingLoop(
              group, combiner(work, listener), order, clock, losses, validation, observer, nanoTime)
          .run(training.epochs());
    }
    saver.accept(replica);
    return result(training.epochs(), (long) training.epochs() * steps, lanes);
  }

  @Override
  public void close() {
    try (replica;
        samples) {
      prefetcher.close();
    }
  }

  private TrainingResult result(int epochs, long steps, int lanes) {
    try (SplitEvaluation test = evaluation(plan.manifest().test(), lanes)) {
      Optional<Metrics> metrics = test.evaluate(epochs);
      return new TrainingResult(
          replica.parameters().capacity(), replica.parametersSha256(), steps, metrics);
    }
  }

  private Combiner combiner(LaneWork work, StepListener listener) {
    Combine combine = plan.job().training().combine();
    if (combine instanceof Combine.ParameterAveraging averaging) {
      return new ParameterAveraging(work, group, averaging.every(), listener);
    }
    return new GradientSharing(work, group, listener);
  }

  private SplitEvaluation evaluation(Split split, int lanes) {
    return new SplitEvaluation(
        replica, group, plan.manifest().schema(), split, samples(split), lanes);
  }

  private LaneSamples samples(Split split) {
    DatasetManifest manifest = plan.manifest();
    return new LaneSamples(
        storage, plan.dataDirectory(), manifest.schema(), split, cacheBytes(split));
  }

  /** Enough for the window of each lane of this rank, for they are read in turn. */
  private long cacheBytes(Split split) {
    long largestBlock =
        split.shards().stream()
            .flatMap(shard -> shard.blocks().stream())
            .mapToLong(block -> block.bytes())
            .max()
            .orElse(0);
    return Math.max(
        CACHE_BYTES, group.lanes().size() * (SampleOrder.WINDOW_BLOCKS + 1L) * largestBlock);
  }

  private ReplicaBatch batch() {
    return new ReplicaBatch(
        plan.manifest().schema(), replica.units(), plan.job().training().microbatchSize());
  }

  private static Shuffle shuffle(TrainingConfig training) {
    return switch (training.order()) {
      case SHUFFLED -> Shuffle.EACH_EPOCH;
      case INPUT -> Shuffle.NEVER;
    };
  }
}
