package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.driver.training.Training.ChangedData;
import java.util.Optional;

/** Sees to it that a run goes on with the data that it began with. */
record RunData(Storage storage, RunDirectory run, Claimed claimed, RunRecorder recorder) {
  /**
   * Notes the data of a run that begins, and compares that of one that goes on.
   *
   * @return the run with its data
   * @throws LockstepException of kind DATA where it has changed and that is not accepted
   */
  RunDescription require(PreparedDataset dataset, ChangedData changedData) {
    RunDescription description = claimed.description();
    Optional<String> before = description.dataDigest();
    if (before.isPresent() && before.get().equals(dataset.digest())) {
      return description;
    }
    if (before.isPresent()) {
      refuseOrNote(dataset, changedData);
    }
    claimed.epoch().require();
    RunDescription noted = description.withData(dataset.digest());
    storage.writeAtomically(run.description(), Json.write(noted));
    return noted;
  }

  private void refuseOrNote(PreparedDataset dataset, ChangedData changedData) {
    switch (changedData) {
      case REFUSE ->
          throw new LockstepException(
              FailureKind.DATA,
              ("Cannot go on with the run in %s: the data in %s is not what it was when the run began"
                      + " (--accept-data-change goes on all the same, --new-run starts over)")
                  .formatted(run.root(), dataset.directory()));
      case ACCEPT -> recorder.event("The data has changed, which was accepted");
    }
  }
}
