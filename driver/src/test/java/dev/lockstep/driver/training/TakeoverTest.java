package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.run.FailureReport;
import dev.lockstep.common.run.RunStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class TakeoverTest {
  @Test
  void doesNotCallADriverLostThatMayBeAlive() {
    assertThat(told(RunStatus.RUNNING, Optional.empty())).endsWith("was lost, or loses it now");
  }

  @Test
  void tellsWhyTheOneBeforeFailed() {
    FailureReport failure = new FailureReport(FailureKind.STORAGE, 4, "Cannot write a");

    assertThat(told(RunStatus.FAILED, Optional.of(failure)))
        .isEqualTo("Driver 3 takes the run over: the one before failed: Cannot write a");
  }

  @Test
  void callsOneThatWasStoppedStopped() {
    FailureReport stopped = new FailureReport(FailureKind.INTERRUPTED, 130, "Stopped by a signal");

    assertThat(told(RunStatus.FAILED, Optional.of(stopped))).endsWith("the one before was stopped");
  }

  @Test
  void goesOnWithARunThatHadComeToItsEnd() {
    assertThat(told(RunStatus.COMPLETED, Optional.empty())).endsWith("had come to its end");
    assertThat(told(RunStatus.STOPPED_EARLY, Optional.empty())).endsWith("had come to its end");
  }

  private static String told(RunStatus status, Optional<FailureReport> failure) {
    return Takeover.from(status, failure).text(3);
  }
}
