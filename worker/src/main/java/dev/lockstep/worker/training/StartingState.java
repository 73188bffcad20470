package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.combine.Residuals;
import java.util.List;

/** Puts a rank into the state that its training begins with. */
final class StartingState {
  private StartingState() {}

  /**
   * Restores the vectors and what this rank's lanes have kept.
   *
   * @return where the training stands
   */
  static CheckpointState restore(
      TrainingPlan plan, Storage storage, TrainingState vectors, Residuals residuals) {
    int rollbacks = plan.start().rollbacks();
    if (plan.start() instanceof Start.Checkpoint start) {
      CheckpointState state =
          restore(
              StoredCheckpoint.open(storage, start.folder(), start.manifestSha256()),
              vectors,
              residuals);
      return new CheckpointState(state.position(), rollbacks, state.losses(), state.epochs());
    }
    if (plan.start() instanceof Start.EpochAgain start) {
      CheckpointState state =
          restore(
              StoredCheckpoint.open(storage, start.folder(), start.manifestSha256()),
              vectors,
              residuals);
      Position epochStart = new Position(state.position().epoch(), 0);
      return new CheckpointState(epochStart, rollbacks, List.of(), state.epochs());
    }
    return new CheckpointState(Position.START, rollbacks, List.of(), List.of());
  }

  /**
   * A lane of which the checkpoint knows nothing has kept nothing: the checkpoint is that of other
   * parameters to begin with, or the data had fewer lanes.
   */
  private static CheckpointState restore(
      StoredCheckpoint checkpoint, TrainingState vectors, Residuals residuals) {
    vectors.restore(checkpoint);
    for (int lane = residuals.lanes().first(); lane < residuals.lanes().end(); lane++) {
      String vector = VectorNames.residual(lane);
      if (checkpoint.has(vector)) {
        residuals.restore(lane, checkpoint.floats(vector));
      }
    }
    return checkpoint.state();
  }
}
