package dev.lockstep.worker.training;

import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.Switch;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.combine.ShardedUpdate;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.network.ModelMemory;
import java.util.Optional;

/**
 * The model that all ranks have in common where they are in one JVM, share gradients and can update
 * it slice by slice: each has a network of its own on the same parameters.
 *
 * @param memory empty where each rank has a model of its own
 */
record CommonModel(Optional<ModelMemory> memory) {
  /** The model that a rank is to train; all ranks of a JVM ask once. */
  static CommonModel of(TrainingPlan plan, ProcessGroup group) {
    return isWanted(plan.job(), group)
        ? group.common(CommonModel.class, () -> make(plan, group))
        : new CommonModel(Optional.empty());
  }

  /** A rank's replica of the model. */
  Replica replica(TrainingPlan plan) {
    return memory
        .map(common -> new Replica(plan.network(), plan.compute(), common))
        .orElseGet(() -> new Replica(plan.network(), plan.compute()));
  }

  private static boolean isWanted(JobConfig job, ProcessGroup group) {
    return group.size() > 1
        && !group.spansJvms()
        && job.training().combine() instanceof Combine.GradientSharing
        && job.cluster().shardUpdate() != Switch.OFF
        && job.cluster().overlap() != Switch.ON;
  }

  private static CommonModel make(TrainingPlan plan, ProcessGroup group) {
    try (Replica first = new Replica(plan.network(), plan.compute())) {
      return new CommonModel(
          ShardedUpdate.suits(first, group) ? Optional.of(first.memory()) : Optional.empty());
    }
  }
}
