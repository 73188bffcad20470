package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;

/** What is done about an attempt that failed. */
enum Remedy {
  /** Another attempt, from the last checkpoint. */
  RETRY,
  /** The run fails: another attempt would fail in the same way. */
  END;

  static Remedy of(FailureKind kind) {
    return switch (kind) {
      case CLUSTER, STORAGE -> RETRY;
      case INTERNAL, CONFIG, DATA, DIVERGED, FENCED, GATE, INTERRUPTED -> END;
    };
  }
}
