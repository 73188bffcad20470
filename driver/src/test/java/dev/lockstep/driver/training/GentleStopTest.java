package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class GentleStopTest {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final GentleStop stop = new GentleStop(cancelled::incrementAndGet, GRACE, nanos::get);

  @Test
  void cancelsAtOnceWhatIsNoTraining() {
    stop.run();

    assertThat(cancelled).hasValue(1);
  }

  @Test
  void letsRanksEndInOrder() {
    stop.trainingBegins();

    stop.run();
    nanos.set(GRACE.toNanos());
    stop.run();

    assertThat(cancelled).hasValue(0);
  }

  @Test
  void cancelsRanksThatDoNotEnd() {
    stop.trainingBegins();

    stop.run();
    nanos.set(GRACE.toNanos() + 1);
    stop.run();
    stop.run();

    assertThat(cancelled).hasValue(2);
  }
}
