package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.config.Combine;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.combine.StepUpdate;
import dev.lockstep.worker.model.Replica;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The vectors that a training carries from step to step, by the names of their files in a
 * checkpoint: parameters, updater state, and what else the job's way of combining lanes needs. At a
 * {@link dev.lockstep.worker.combine.StepBoundary} they are the same on all ranks, but for what
 * {@link #makeWhole} makes so.
 */
final class TrainingState {
  private final Replica replica;
  private final StepUpdate update;

  /** What the replica does not hold; empty for most jobs. */
  private final Map<String, FloatVector> extra = new LinkedHashMap<>();

  /** The state of a training that has yet to begin. */
  TrainingState(Replica replica, StepUpdate update, Combine combine) {
    this.replica = replica;
    this.update = update;
    if (combine instanceof Combine.ParameterAveraging averaging && averaging.outerMomentum() > 0) {
      extra.put(VectorNames.OUTER_MOMENTUM, FloatVector.allocate(replica.parameters().length()));
    }
  }

  Replica replica() {
    return replica;
  }

  /** All vectors, in the memory that the training works on and the order of a checkpoint. */
  Map<String, FloatVector> vectors() {
    Map<String, FloatVector> all = new LinkedHashMap<>();
    all.put(VectorNames.PARAMETERS, replica.parameters());
    all.put(VectorNames.UPDATER, replica.updaterState());
    all.putAll(extra);
    return all;
  }

  /** Makes all vectors the same on all ranks, where each updates a part. */
  void makeWhole(Occasion occasion) {
    update.gatherState(occasion);
  }

  /**
   * Takes over what a checkpoint holds. One from before the first step may be made of another run's
   * parameters: what it lacks is as at any start.
   *
   * @throws LockstepException of kind CONFIG where the lengths are not the network's, of kind
   *     STORAGE where the checkpoint lacks something or is damaged
   */
  void restore(StoredCheckpoint checkpoint) {
    replica.restore(
        checkpoint.floats(VectorNames.PARAMETERS), checkpoint.floats(VectorNames.UPDATER));
    boolean begins = checkpoint.state().position().equals(Position.START);
    extra.forEach(
        (name, vector) -> {
          if (checkpoint.has(name) || !begins) {
            copy(name, checkpoint.floats(name), vector);
          }
        });
  }

  private static void copy(String name, float[] values, FloatVector target) {
    if (values.length != target.length()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot go on from '%s' with %,d values: the network needs %,d (it is another network)"
              .formatted(name, values.length, target.length()));
    }
    target.floats().put(0, values);
  }
}
