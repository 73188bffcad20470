package dev.lockstep.worker.training;

import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.Switch;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.Replica;

/**
 * What a rank trains. Where all ranks are in one JVM, share gradients and can update a model slice
 * by slice, they have one in common: each has a network of its own on the same parameters and the
 * same state of the optimizer.
 */
record RankModel(Replica replica, Owner owner) {
  private static final Occasion MAKING = new Occasion(1, 0, "the making of the model");

  /** Whose the memory of the model is. */
  enum Owner {
    RANK,
    ALL_RANKS
  }

  /** The model of a rank; all ranks of a group call this together. */
  static RankModel of(TrainingPlan plan, ProcessGroup group) {
    if (!mayBeCommon(plan.job(), group)) {
      return new RankModel(replica(plan), Owner.RANK);
    }
    Replica first = group.common(Replica.class, () -> replica(plan), MAKING);
    Owner owner = first.takesParts() ? Owner.ALL_RANKS : Owner.RANK;
    return group.rank() == 0 ? new RankModel(first, owner) : another(plan, first, owner);
  }

  private static RankModel another(TrainingPlan plan, Replica first, Owner owner) {
    return new RankModel(
        switch (owner) {
          case RANK -> replica(plan);
          case ALL_RANKS -> new Replica(plan.network(), plan.compute(), first.memory());
        },
        owner);
  }

  private static Replica replica(TrainingPlan plan) {
    return new Replica(plan.network(), plan.compute());
  }

  private static boolean mayBeCommon(JobConfig job, ProcessGroup group) {
    return group.size() > 1
        && !group.spansJvms()
        && job.training().combine() instanceof Combine.GradientSharing
        && job.cluster().shardUpdate() != Switch.OFF
        && job.cluster().overlap() != Switch.ON;
  }
}
