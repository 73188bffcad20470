package dev.lockstep.driver.training;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.TransientFailure;

/** What is done about an attempt that failed. */
enum Remedy {
  /** Another attempt, from the last checkpoint. */
  RETRY,
  /** The run fails: another attempt would fail in the same way. */
  END;

  /** Of a failure to find what to go on from: where all of it is damaged, no time mends that. */
  static Remedy ofRestoring(LockstepException failure) {
    return TransientFailure.is(failure) ? RETRY : END;
  }

  static Remedy ofTraining(LockstepException failure) {
    return switch (failure.kind()) {
      case CLUSTER, STORAGE -> RETRY;
      case INTERNAL, CONFIG, DATA, DIVERGED, FENCED, GATE, INTERRUPTED -> END;
    };
  }
}
