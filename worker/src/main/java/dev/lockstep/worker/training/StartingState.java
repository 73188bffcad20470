package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointFiles;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.Replica;
import java.util.List;

/** Puts a rank's replica into the state that its training begins with. */
final class StartingState {
  private StartingState() {}

  /**
   * Restores the replica.
   *
   * @return where the training stands
   */
  static CheckpointState restore(TrainingPlan plan, Storage storage, Replica replica) {
    if (plan.start() instanceof Start.Checkpoint start) {
      return restore(
          StoredCheckpoint.open(storage, start.folder(), start.manifestSha256()), replica);
    }
    if (plan.start() instanceof Start.EpochAgain start) {
      return atEpochStart(
          restore(StoredCheckpoint.open(storage, start.folder(), start.manifestSha256()), replica));
    }
    return new CheckpointState(
        CheckpointState.FORMAT_VERSION,
        Position.START,
        plan.start().rollbacks(),
        List.of(),
        List.of());
  }

  private static CheckpointState restore(StoredCheckpoint checkpoint, Replica replica) {
    replica.restore(
        checkpoint.floats(CheckpointFiles.PARAMETERS), checkpoint.floats(CheckpointFiles.UPDATER));
    return checkpoint.state();
  }

  private static CheckpointState atEpochStart(CheckpointState state) {
    return new CheckpointState(
        state.formatVersion(),
        new Position(state.position().epoch(), 0),
        state.rollbacks(),
        List.of(),
        state.epochs());
  }
}
