package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.LaneLoss;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import java.util.List;

/** Puts a rank into the state that its training begins with. */
final class StartingState {
  private StartingState() {}

  /**
   * Restores the vectors.
   *
   * @return where the training stands
   */
  static CheckpointState restore(TrainingPlan plan, Storage storage, TrainingState vectors) {
    int rollbacks = plan.start().rollbacks();
    if (plan.start() instanceof Start.Checkpoint start) {
      CheckpointState state =
          restore(StoredCheckpoint.open(storage, start.folder(), start.manifestSha256()), vectors);
      return state(state.position(), rollbacks, state.losses(), state.epochs());
    }
    if (plan.start() instanceof Start.EpochAgain start) {
      CheckpointState state =
          restore(StoredCheckpoint.open(storage, start.folder(), start.manifestSha256()), vectors);
      Position epochStart = new Position(state.position().epoch(), 0);
      return state(epochStart, rollbacks, List.of(), state.epochs());
    }
    return state(Position.START, rollbacks, List.of(), List.of());
  }

  private static CheckpointState restore(StoredCheckpoint checkpoint, TrainingState vectors) {
    vectors.restore(checkpoint);
    return checkpoint.state();
  }

  private static CheckpointState state(
      Position position, int rollbacks, List<LaneLoss> losses, List<EpochReport> epochs) {
    return new CheckpointState(CheckpointState.FORMAT_VERSION, position, rollbacks, losses, epochs);
  }
}
