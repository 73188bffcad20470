package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.Exchange;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.Switch;
import dev.lockstep.worker.collective.LaneGroups;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.combine.Combiner;
import dev.lockstep.worker.combine.CommonUpdate;
import dev.lockstep.worker.combine.Compression;
import dev.lockstep.worker.combine.ExchangeThread;
import dev.lockstep.worker.combine.GradientSharing;
import dev.lockstep.worker.combine.HierarchicalAveraging;
import dev.lockstep.worker.combine.LaneWork;
import dev.lockstep.worker.combine.OuterMomentum;
import dev.lockstep.worker.combine.ParameterAveraging;
import dev.lockstep.worker.combine.Periods;
import dev.lockstep.worker.combine.Residuals;
import dev.lockstep.worker.combine.ShardedUpdate;
import dev.lockstep.worker.combine.StepBoundary;
import dev.lockstep.worker.combine.StepListener;
import dev.lockstep.worker.combine.StepUpdate;
import dev.lockstep.worker.combine.StepUpdate.Share;
import dev.lockstep.worker.combine.WholeUpdate;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.training.RankModel.Owner;
import java.util.Optional;
import java.util.function.LongSupplier;

/** How a job's lanes become one model, made ready for one rank, and what that carries along. */
final class Combining implements AutoCloseable {
  private final JobConfig job;
  private final Replica replica;
  private final ProcessGroup group;
  private final int steps;
  private final int leastBucket;
  private final ExchangeThread exchange;
  private final Compression compression;
  private final StepUpdate update;
  private final TrainingState state;

  /**
   * @param steps of an epoch
   * @param nanoTime clock for the report
   * @param leastBucket floats that are worth an exchange of their own
   */
  Combining(
      JobConfig job,
      RankModel model,
      ProcessGroup group,
      int steps,
      LongSupplier nanoTime,
      int leastBucket) {
    this.job = job;
    this.replica = model.replica();
    this.group = group;
    this.steps = steps;
    this.leastBucket = leastBucket;
    this.exchange = new ExchangeThread(group, nanoTime);
    this.compression =
        Compression.of(job.training().exchange().orElse(Exchange.ALL), replica.layout(), group);
    this.update = update(model);
    this.state = new TrainingState(replica, update, job.training().combine());
  }

  /** What the training carries from step to step, but for what single lanes keep. */
  TrainingState state() {
    return state;
  }

  /** What the lanes of this rank keep. */
  Residuals residuals() {
    return compression.residuals();
  }

  @Override
  public void close() {
    exchange.close();
  }

  /** The combiner of the job's lanes. */
  Combiner combiner(LaneWork work, StepListener listener, StepBoundary boundary) {
    Combine combine = job.training().combine();
    if (combine instanceof Combine.ParameterAveraging averaging) {
      return averaging(averaging, work, listener, boundary);
    }
    if (update.share() != Share.ALL) {
      return GradientSharing.inTurn(work, group, compression, update, listener, boundary);
    }
    return overlaps()
        ? GradientSharing.overlapping(
            work, group, compression, exchange, leastBucket, listener, boundary)
        : GradientSharing.inTurn(work, group, compression, update, listener, boundary);
  }

  private StepUpdate update(RankModel model) {
    if (model.owner() == Owner.ALL_RANKS) {
      return new CommonUpdate(replica, group, model.commonNodes());
    }
    boolean sharded =
        group.spansJvms()
            && job.cluster().shardUpdate() == Switch.ON
            && job.training().combine() instanceof Combine.GradientSharing
            && ShardedUpdate.suits(replica, group);
    return sharded ? new ShardedUpdate(replica, group) : new WholeUpdate(replica);
  }

  private boolean overlaps() {
    return switch (job.cluster().overlap()) {
      case AUTO -> !group.sharesMemory();
      case ON -> true;
      case OFF -> false;
    };
  }

  private Combiner averaging(
      Combine.ParameterAveraging averaging,
      LaneWork work,
      StepListener listener,
      StepBoundary boundary) {
    int every = averaging.every();
    int round = averaging.groups().map(Combine.Groups::betweenEvery).orElse(every);
    Periods periods = new Periods(every, round, averaging.warmUp(), steps);
    Optional<OuterMomentum> outer = outer(averaging);
    return averaging
        .groups()
        .map(groups -> new LaneGroups(group.tree().lanes(), groups.count()))
        .<Combiner>map(
            groups ->
                new HierarchicalAveraging(work, group, groups, periods, outer, listener, boundary))
        .orElseGet(() -> new ParameterAveraging(work, group, periods, outer, listener, boundary));
  }

  private Optional<OuterMomentum> outer(Combine.ParameterAveraging averaging) {
    return Optional.ofNullable(state.vectors().get(VectorNames.OUTER_MOMENTUM))
        .map(
            velocity ->
                new OuterMomentum(averaging.outerMomentum(), velocity, replica.layout().weights()));
  }
}
