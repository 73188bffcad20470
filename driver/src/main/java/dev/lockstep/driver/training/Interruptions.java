package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.ThreadInterruption;

/** What a failure is called that follows from somebody's wish to stop. */
final class Interruptions {
  private Interruptions() {}

  /**
   * A failure that somebody's wish has not caused stays what it is; storage, and what Spark throws,
   * may have failed because the wish ended their waiting.
   */
  static LockstepException explain(LockstepException failure) {
    return switch (failure.kind()) {
      case INTERRUPTED, CLUSTER -> stopped(failure);
      case STORAGE, INTERNAL -> ThreadInterruption.isIn(failure) ? stopped(failure) : failure;
      case CONFIG, DATA, DIVERGED, FENCED, GATE -> failure;
    };
  }

  private static LockstepException stopped(LockstepException failure) {
    return new LockstepException(
        FailureKind.INTERRUPTED,
        "Stopped by a signal: the run is not finished (the same command goes on with it)",
        failure);
  }
}
