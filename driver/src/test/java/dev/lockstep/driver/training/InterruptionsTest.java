package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a failure is called where somebody has asked to stop. */
@Timeout(10)
class InterruptionsTest {
  @ParameterizedTest
  @EnumSource(names = {"INTERRUPTED", "CLUSTER"})
  void callsWhatFollowsFromTheWishAnInterruption(FailureKind kind) {
    assertStopped(new LockstepException(kind, "Cannot go on"));
  }

  @Test
  void callsAWaitThatWasEndedAnInterruption() {
    assertStopped(storage(new InterruptedIOException("Call interrupted")));
    assertStopped(storage(new IOException("failed", new ClosedByInterruptException())));
    assertStopped(LockstepException.in(new IllegalStateException(new InterruptedException())));
  }

  @Test
  void leavesWhatFailsByItself() {
    LockstepException late = storage(new SocketTimeoutException("30000 millis timeout"));
    LockstepException fenced = new LockstepException(FailureKind.FENCED, "another driver");

    assertThat(Interruptions.explain(late)).isSameAs(late);
    assertThat(Interruptions.explain(fenced)).isSameAs(fenced);
  }

  private static LockstepException storage(IOException cause) {
    return new LockstepException(FailureKind.STORAGE, "Cannot read /x", cause);
  }

  private static void assertStopped(LockstepException failure) {
    assertThat(Interruptions.explain(failure))
        .returns(FailureKind.INTERRUPTED, LockstepException::kind)
        .hasMessage(
            "Stopped by a signal: the run is not finished (the same command goes on with it)")
        .hasCause(failure);
  }
}
