package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** What a failure is called that follows from somebody's wish to stop. */
final class Interruptions {
  private Interruptions() {}

  static LockstepException of(Throwable cause) {
    return new LockstepException(
        FailureKind.INTERRUPTED,
        "Stopped by a signal: the run is not finished (start it over with --new-run)",
        cause);
  }
}
