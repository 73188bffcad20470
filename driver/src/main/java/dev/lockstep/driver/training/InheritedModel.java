package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.network.NetworkConfiguration;
import java.util.List;

/**
 * Lets a run begin with the parameters of another run: they become its first checkpoint, at the
 * start, so that nothing depends on the other run from there on.
 */
record InheritedModel(Storage storage, Progress progress, RunDirectory other) {
  /**
   * Writes the checkpoint for its commit.
   *
   * @param folder where it is staged
   * @param network of the run that begins
   * @throws LockstepException of kind CONFIG where the other run has no checkpoint or another
   *     network
   */
  Staged stage(
      String folder, NetworkConfiguration network, String configDigest, String dataDigest) {
    CommittedCheckpoint checkpoint = last();
    float[] parameters = checkpoint.open(storage).floats(VectorNames.PARAMETERS);
    if (parameters.length != network.parameters()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot start from run %s ('model.from'): its network has %,d parameters, that of the job %,d"
              .formatted(other.root(), parameters.length, network.parameters()));
    }
    progress.line("Starting from %s, checkpoint %s".formatted(other.root(), checkpoint.name()));
    try (CheckpointWriter writer = new CheckpointWriter(storage, folder);
        Replica replica = new Replica(network.toJson(), ComputePlan.DL4J)) {
      replica.restore(parameters);
      writer.vector(VectorNames.PARAMETERS, replica.parameters().floats());
      writer.vector(VectorNames.UPDATER, replica.updaterState().floats());
      return writer.finish(
          configDigest,
          dataDigest,
          List.of(),
          network.toJson(),
          new CheckpointState(Position.START, 0, List.of(), List.of()));
    }
  }

  /**
   * Fails where there is nothing to begin with.
   *
   * @throws LockstepException of kind CONFIG where the other run has no checkpoint
   */
  void requireCheckpoint() {
    last();
  }

  private CommittedCheckpoint last() {
    List<CommittedCheckpoint> all =
        storage.exists(other.description())
            ? new CheckpointCatalog(storage, other).list(progress::line)
            : List.of();
    if (all.isEmpty()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot start from run %s ('model.from'): it has no checkpoint (correct the path, or train it first)"
              .formatted(other.root()));
    }
    return all.get(all.size() - 1);
  }
}
