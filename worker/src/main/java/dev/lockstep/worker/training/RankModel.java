package dev.lockstep.worker.training;

import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.Switch;
import dev.lockstep.worker.collective.CommonNodes;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.network.ModelMemory;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a rank trains. Where all ranks see the same memory, share gradients and can update a model
 * slice by slice, they have one in common: each has a network of its own on the same parameters and
 * the same state of the optimizer.
 *
 * @param commonNodes where the ranks of several JVMs leave their lanes' gradients, if the model is
 *     common
 */
record RankModel(Replica replica, Owner owner, Optional<CommonNodes> commonNodes) {
  private static final Occasion MAKING = new Occasion(0, 0, "the making of the model");

  /** Whose the memory of the model is. */
  enum Owner {
    RANK,
    ALL_RANKS
  }

  /** The model of a rank; all ranks of a group call this together. */
  static RankModel of(TrainingPlan plan, ProcessGroup group) {
    if (!mayBeCommon(plan.job(), group)) {
      return ofRank(replica(plan));
    }
    Replica first = group.common(Replica.class, () -> replica(plan), MAKING);
    Optional<RankModel> common = first.takesParts() ? common(plan, group, first) : Optional.empty();
    return common.orElseGet(() -> ofRank(group.isFirstOfJvm() ? first : replica(plan)));
  }

  private static Optional<RankModel> common(TrainingPlan plan, ProcessGroup group, Replica first) {
    if (group.spansJvms()) {
      return onHost(plan, group, first);
    }
    Replica own = group.isFirstOfJvm() ? first : replica(plan, first.memory());
    return Optional.of(new RankModel(own, Owner.ALL_RANKS, Optional.empty()));
  }

  private static RankModel ofRank(Replica replica) {
    return new RankModel(replica, Owner.RANK, Optional.empty());
  }

  /**
   * In memory that the ranks of all JVMs see, if there is enough of it: the nodes, then the model.
   */
  private static Optional<RankModel> onHost(TrainingPlan plan, ProcessGroup group, Replica first) {
    int length = first.parameters().length();
    long nodes = CommonNodes.bytes(group, length);
    return group
        .hostMemory(nodes + first.memory().bytes(), MAKING)
        .map(
            memory ->
                onHost(
                    plan,
                    group,
                    first.memory(),
                    memory.slice((int) nodes, memory.capacity() - (int) nodes),
                    new CommonNodes(group, length, memory)));
  }

  private static RankModel onHost(
      TrainingPlan plan,
      ProcessGroup group,
      ModelMemory initial,
      ByteBuffer memory,
      CommonNodes nodes) {
    ModelMemory model = initial.in(memory);
    if (group.rank() == 0) {
      model.assign(initial);
    }
    group.barrier(MAKING);
    ModelMemory own =
        group.lanes().size() == 1 ? model.withGradientIn(nodes.own().get(0).bytes()) : model;
    return new RankModel(replica(plan, own), Owner.ALL_RANKS, Optional.of(nodes));
  }

  private static Replica replica(TrainingPlan plan, ModelMemory memory) {
    return new Replica(plan.network(), plan.compute(), memory);
  }

  private static Replica replica(TrainingPlan plan) {
    return new Replica(plan.network(), plan.compute());
  }

  private static boolean mayBeCommon(JobConfig job, ProcessGroup group) {
    return group.size() > 1
        && group.sharesMemory()
        && job.training().combine() instanceof Combine.GradientSharing
        && job.cluster().shardUpdate() != Switch.OFF
        && job.cluster().overlap() != Switch.ON;
  }
}
