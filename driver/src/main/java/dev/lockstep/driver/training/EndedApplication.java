package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/**
 * What a failure is called that follows from the end of Spark's application, which somebody or the
 * cluster has brought about: no attempt can be made any more.
 */
final class EndedApplication {
  private EndedApplication() {}

  /** A failure that the end of the application has not caused stays what it is. */
  static LockstepException explain(LockstepException failure) {
    return switch (failure.kind()) {
      case CLUSTER, INTERNAL, INTERRUPTED ->
          new LockstepException(
              FailureKind.CLUSTER,
              "Spark's application has ended: %s (the same command goes on with the run)"
                  .formatted(failure.getMessage()),
              failure);
      case CONFIG, DATA, STORAGE, DIVERGED, FENCED, GATE -> failure;
    };
  }
}
