package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** What a failure is called that follows from somebody's wish to stop. */
final class Interruptions {
  private Interruptions() {}

  /** A failure that somebody's wish has not caused stays what it is. */
  static LockstepException explain(LockstepException failure) {
    return switch (failure.kind()) {
      case INTERRUPTED, CLUSTER ->
          new LockstepException(
              FailureKind.INTERRUPTED,
              "Stopped by a signal: the run is not finished (the same command goes on with it)",
              failure);
      case INTERNAL, CONFIG, DATA, STORAGE, DIVERGED, FENCED, GATE -> failure;
    };
  }
}
