package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;

/**
 * The moment from which a run is no longer what an earlier driver has left: when its ranks are
 * ready to train, and nothing speaks against that any more.
 *
 * @param description of the run from then on
 */
record GoingOn(
    Storage storage,
    RunDirectory run,
    DriverEpoch epoch,
    RunDescription description,
    RunRecorder recorder,
    Patience patience) {
  /**
   * Writes it down; again for each attempt. The report comes first: a run that is complete by its
   * report, and by the length in its description, is not looked at again.
   */
  void begin() {
    patience.run(
        "write down that the run goes on",
        () -> {
          recorder.goOn();
          epoch.require();
          storage.writeAtomically(run.description(), description.json(storage, run));
        });
  }

  int driver() {
    return epoch.number();
  }
}
