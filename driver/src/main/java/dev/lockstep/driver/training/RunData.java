package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.driver.training.Training.ChangedData;
import java.util.Optional;

/** Sees to it that a run goes on with the data that it began with. */
record RunData(Storage storage, RunDirectory run, Claimed claimed, ChangedData changedData) {
  /**
   * Compares the data of a run that goes on, before anything takes the place of what the run has.
   *
   * @throws LockstepException of kind DATA where it has changed and that is not accepted
   */
  void compare(PreparedDataset dataset) {
    if (changedData == ChangedData.REFUSE && hasChanged(dataset)) {
      throw new LockstepException(
          FailureKind.DATA,
          ("Cannot go on with the run in %s: its data is not what it was when the run began (put it"
                  + " back, or --accept-data-change goes on all the same, --new-run starts over)")
              .formatted(run.root()));
    }
  }

  /** Whether the run began with other data. */
  boolean hasChanged(PreparedDataset dataset) {
    Optional<String> before = claimed.description().dataDigest();
    return before.isPresent() && !before.get().equals(dataset.digest());
  }

  /** Writes down with which settings and data the run goes on from here, and returns it. */
  RunDescription note(PreparedDataset dataset) {
    claimed.epoch().require();
    RunDescription noted = claimed.description().withData(dataset.digest());
    storage.writeAtomically(run.description(), noted.json(storage, run));
    return noted;
  }
}
