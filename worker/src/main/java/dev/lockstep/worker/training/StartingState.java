package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointReader;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.CheckpointFiles;
import dev.lockstep.worker.model.Replica;
import java.util.List;

/** Puts a rank's replica into the state that its training begins with. */
final class StartingState {
  private static final CheckpointState BEGINNING =
      CheckpointState.of(Position.START, 0, List.of(), List.of());

  private StartingState() {}

  /**
   * Restores the replica.
   *
   * @return where the training stands
   */
  static CheckpointState restore(TrainingPlan plan, Storage storage, Replica replica) {
    if (plan.start() instanceof Start.Checkpoint checkpoint) {
      CheckpointReader reader =
          new CheckpointReader(storage, checkpoint.folder(), checkpoint.manifestSha256());
      replica.restore(
          reader.floats(CheckpointFiles.PARAMETERS), reader.floats(CheckpointFiles.UPDATER));
      return reader.state();
    }
    if (plan.start() instanceof Start.Parameters other) {
      CheckpointReader reader =
          new CheckpointReader(storage, other.folder(), other.manifestSha256());
      replica.startFrom(reader.floats(CheckpointFiles.PARAMETERS));
    }
    return BEGINNING;
  }
}
