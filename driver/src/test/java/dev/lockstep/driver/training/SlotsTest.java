package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time passes only in the pauses, a second each. */
@Timeout(30)
class SlotsTest {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private final RecordedProgress progress = new RecordedProgress();
  private int seconds;

  @Test
  void takesWhatIsThereAtOnce() {
    assertThat(await(OptionalInt.of(2), second -> 4)).isEqualTo(4);
    assertThat(seconds).isZero();
    assertThat(progress.lines).isEmpty();
  }

  @Test
  void waitsUntilAsManyAsAreWantedHaveCome() {
    assertThat(await(OptionalInt.of(3), second -> second)).isEqualTo(3);
    assertThat(seconds).isEqualTo(3);
    assertThat(progress.lines).containsExactly("Waiting for executors: 0 of 3 slots");
  }

  @Test
  void givesUpAtTheDeadline() {
    assertThat(await(OptionalInt.of(3), second -> 2)).isEqualTo(2);
    assertThat(Duration.ofSeconds(seconds)).isEqualTo(DEADLINE);
  }

  @Test
  void takesAllThatComeWhereNoNumberIsWanted() {
    assertThat(await(OptionalInt.empty(), second -> Math.min(5, second))).isEqualTo(5);
    assertThat(seconds).isEqualTo(8);
  }

  @Test
  void findsNoneInAClusterWithoutExecutors() {
    assertThat(await(OptionalInt.empty(), second -> 0)).isZero();
    assertThat(progress.lines).containsExactly("Waiting for executors: 0 of any number of slots");
  }

  private int await(OptionalInt wanted, IntUnaryOperator bySecond) {
    return new Slots(
            () -> bySecond.applyAsInt(seconds),
            () -> Duration.ofSeconds(seconds).toNanos(),
            () -> seconds++,
            progress.with(new ManualStop()))
        .await(wanted, DEADLINE);
  }
}
