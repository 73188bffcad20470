package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.driver.training.Training.ChangedData;
import java.util.Optional;

/** Sees to it that a run goes on with the data that it began with. */
record RunData(RunDirectory run, Claimed claimed, ChangedData changedData) {
  /**
   * Compares the data of a run that goes on, before anything takes the place of what the run has.
   *
   * @throws LockstepException of kind DATA where it has changed and that is not accepted
   */
  void compare(PreparedDataset dataset) {
    if (changedData == ChangedData.REFUSE && hasChanged(dataset)) {
      throw new LockstepException(
          FailureKind.DATA,
          ("Cannot go on with the run in %s: its data, prepared for %s, is not what it was when the"
                  + " run began (put it back, or --accept-data-change goes on all the same, --new-run"
                  + " starts over)")
              .formatted(run.root(), dataset.directory()));
    }
  }

  /** Whether the run began with other data. */
  boolean hasChanged(PreparedDataset dataset) {
    Optional<String> before = claimed.description().dataDigest();
    return before.isPresent() && !before.get().equals(dataset.digest());
  }
}
