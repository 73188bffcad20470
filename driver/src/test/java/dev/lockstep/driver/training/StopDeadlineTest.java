package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Patience;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a thread waits for ends once somebody has asked to stop, but not before its time is over.
 */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class StopDeadlineTest {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final ManualStop stop = new ManualStop();
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void leavesTheThreadUninterrupted() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(stop.actions()).isZero();
  }

  @Test
  void endsAWaitForStorageThatIsAway() {
    Patience patience = Patience.of(Duration.ofMinutes(5), event -> stop.request());

    assertThatThrownBy(() -> over(deadline -> patience.call("read", StopDeadlineTest::away)))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED))
        .hasMessage("Failed to read: interrupted");
  }

  @Test
  void leavesTheTimeThatWasGranted() {
    over(
        deadline -> {
          deadline.grant(GRACE);
          stop.request();
          nanos.addAndGet(GRACE.toNanos() - 1);
          stop.request();
          assertThat(Thread.currentThread().isInterrupted()).isFalse();

          nanos.incrementAndGet();
          stop.request();
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
          return true;
        });
  }

  @Test
  void grantsMoreToWhatHasToBeDoneAtTheEnd() {
    over(
        deadline -> {
          stop.request();
          assertThat(Thread.currentThread().isInterrupted()).isTrue();

          deadline.grant(GRACE);
          stop.request();
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          return true;
        });
  }

  @Test
  void interruptsNothingThatComesAfterwards() {
    over(deadline -> true);

    stop.request();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private void over(Function<StopDeadline, Object> work) {
    StopDeadline.over(stop, nanos::get, work);
  }

  private static Object away() {
    throw new UncheckedIOException(new ConnectException("Connection refused"));
  }
}
