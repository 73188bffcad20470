package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;

/**
 * Whether a run directory is still a driver's own: it is while {@code run.json} names that driver.
 *
 * @param owner random name of the driver
 */
record Ownership(Storage storage, RunDirectory run, String owner) {

  /**
   * Does nothing while the directory is the driver's own; to be called before every write to it.
   *
   * @throws LockstepException of kind FENCED where another driver has it
   */
  void require() {
    if (!holds()) {
      throw fenced(null);
    }
  }

  /**
   * What a failure of the run is reported as: where the directory is lost, whatever failed follows
   * from that.
   */
  LockstepException explain(Throwable failure) {
    try {
      return holds() ? LockstepException.in(failure) : fenced(failure);
    } catch (LockstepException e) {
      failure.addSuppressed(e);
      return LockstepException.in(failure);
    }
  }

  private boolean holds() {
    return storage.exists(run.description())
        && Json.read(storage.readText(run.description()), RunDescription.class, run.description())
            .owner()
            .equals(owner);
  }

  private LockstepException fenced(Throwable cause) {
    return new LockstepException(
        FailureKind.FENCED,
        "Cannot go on with the run in %s: another driver took over its directory"
            .formatted(run.root()),
        cause);
  }
}
