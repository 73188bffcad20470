package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.CheckpointManifest;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.ConfigDigest;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.TransientFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What the checkpoints of a run tell of it where its {@code run.json} is gone. */
record LostDescription(Storage storage, RunDirectory run, Progress progress) {
  /**
   * The description of a job whose run the directory may hold, with the data that its checkpoints
   * have seen.
   *
   * @throws LockstepException of kind CONFIG where they are those of another job, of kind STORAGE
   *     where none of them can be read
   */
  RunDescription restored(RunDescription wanted) {
    Optional<CheckpointManifest> latest = latest();
    if (latest.isEmpty()) {
      return wanted;
    }
    if (!latest.get().configDigest().equals(ConfigDigest.ofPath(wanted.config()))) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot go on with the run in %s: its run.json is gone, and its checkpoints are those of another job (put run.json back, or name another --run)"
              .formatted(run.root()));
    }
    int epochs = wanted.config().training().epochs();
    Position reached = latest.get().state().position();
    if (reached.compareTo(new Position(epochs + 1, 0)) > 0) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot go on with the run in %s: 'training.epochs' is %d but its last checkpoint is that after %s (name another --run)"
              .formatted(run.root(), epochs, reached.text()));
    }
    progress.line(
        "The run in %s has lost its run.json: it goes on by its checkpoints".formatted(run.root()));
    return wanted.withData(latest.get().dataDigest());
  }

  /** The manifest of the latest checkpoint that can be read. */
  private Optional<CheckpointManifest> latest() {
    List<CommittedCheckpoint> checkpoints =
        new ArrayList<>(new CheckpointCatalog(storage, run).list(progress::line));
    Collections.reverse(checkpoints);
    Optional<CheckpointManifest> latest =
        checkpoints.stream().map(this::manifest).flatMap(Optional::stream).findFirst();
    if (latest.isEmpty() && !checkpoints.isEmpty()) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot go on with the run in %s: its run.json is gone, and none of its checkpoints can be read (put run.json back, or name another --run)"
              .formatted(run.root()));
    }
    return latest;
  }

  private Optional<CheckpointManifest> manifest(CommittedCheckpoint checkpoint) {
    try {
      return Optional.of(checkpoint.open(storage).manifest());
    } catch (LockstepException e) {
      if (TransientFailure.is(e)) {
        throw e;
      }
      progress.line(e.getMessage());
      return Optional.empty();
    }
  }
}
