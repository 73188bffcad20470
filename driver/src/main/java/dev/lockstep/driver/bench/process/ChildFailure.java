package dev.lockstep.driver.bench.process;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * Why a JVM of a measurement gave up, as it tells its parent.
 *
 * @param trace the stack trace, for the log
 */
record ChildFailure(FailureKind kind, String message, String trace) {
  static ChildFailure of(Throwable thrown) {
    LockstepException failure = LockstepException.in(thrown);
    return new ChildFailure(
        failure.kind(), failure.getMessage(), ExceptionUtils.getStackTrace(thrown));
  }
}
