package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;

/** Where the checkpoints of a run stay, and how the driver comes to know a staged one there. */
record CheckpointPlaces(Storage storage, RunDirectory run) {
  String folder(String name) {
    return run.checkpoints() + "/" + name;
  }

  /**
   * Gives a staged folder its final name, unless it was staged there. Names are never used twice:
   * where the rename fails and the name is there, it is ours, and was renamed by this try or an
   * earlier one. What no rename has confirmed to be there, as the driver sees it, is compared.
   */
  void publish(Staged staged, String name) {
    if (!storage.movesAtOnce(run.checkpoints())) {
      StoredCheckpoint.open(storage, folder(name), staged.manifestSha256());
      return;
    }
    try {
      storage.rename(staged.folder(), folder(name));
    } catch (LockstepException e) {
      if (!storage.exists(folder(name))) {
        throw e;
      }
      StoredCheckpoint.open(storage, folder(name), staged.manifestSha256());
    }
  }

  /** Deletes what was staged. What was renamed already may be committed, whatever was said. */
  void discard(Staged staged) {
    if (storage.movesAtOnce(staged.folder())) {
      storage.delete(staged.folder());
    }
  }
}
