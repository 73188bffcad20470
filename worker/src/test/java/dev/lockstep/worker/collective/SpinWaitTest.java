package dev.lockstep.worker.collective;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SpinWaitTest {
  private static final long LOOK = 50;

  private long now = -10;
  private long putOff;
  private final SpinWait wait = new SpinWait(Spin.LONG, this::look);

  @Test
  void waitsForNoLongerThanItIsWorth() {
    assertThat(nanosOf(() -> wait.await(() -> false)))
        .isBetween(Spin.LONG.nanos(), Spin.LONG.nanos() + 2 * LOOK);
  }

  @Test
  void endsOnceSomethingHasCome() {
    long due = now + 1000;

    assertThat(nanosOf(() -> wait.await(() -> now > due))).isBetween(1000L, 1000 + 2 * LOOK);
  }

  @Test
  void doesNotLookWhereItIsNotToWait() {
    SpinWait asleep = new SpinWait(Spin.NONE, this::look);

    long took =
        nanosOf(
            () ->
                asleep.await(
                    () -> {
                      throw new AssertionError("looked");
                    }));
    assertThat(took).isEqualTo(LOOK);
  }

  @Test
  void sleepsSoonerForAWhileOnceItWasPutOffItsCore() {
    putOff = 3_000_000;
    assertThat(nanosOf(() -> wait.await(() -> false))).isEqualTo(2 * (LOOK + putOff));

    putOff = 0;
    assertThat(nanosOf(() -> wait.await(() -> false)))
        .isBetween(Spin.BRIEF.nanos(), Spin.BRIEF.nanos() + 2 * LOOK);

    now += 99_000_000;
    assertThat(nanosOf(() -> wait.await(() -> false))).isLessThan(1_000_000);

    now += 1_000_000;
    assertThat(nanosOf(() -> wait.await(() -> false))).isGreaterThan(Spin.LONG.nanos());
  }

  private long nanosOf(Runnable waiting) {
    long start = now;
    waiting.run();
    return now - start;
  }

  /** The clock, which is late by as much as the thread was put off. */
  private long look() {
    now += LOOK + putOff;
    return now;
  }
}
