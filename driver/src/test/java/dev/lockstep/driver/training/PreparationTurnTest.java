package dev.lockstep.driver.training;

import static dev.lockstep.driver.training.RunDrivers.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.driver.prepare.PreparedDataset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for another preparation of the same folder, and how long. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PreparationTurnTest {
  @TempDir private Path directory;
  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private RunDrivers drivers;
  private DriverEpoch epoch;

  @BeforeEach
  void claim() {
    drivers = new RunDrivers(new RunDirectory(directory.resolve("run").toString()));
    epoch = drivers.claimed(job("one", "training: {seed: 1}")).epoch();
  }

  @AfterEach
  void close() {
    drivers.close();
  }

  @Test
  void waitsUntilTheOtherIsDone() {
    PreparedDataset prepared = new PreparedDataset("folder", null, "digest");
    AtomicInteger tries = new AtomicInteger();

    PreparedDataset taken = turn(10).take(() -> afterTwoTries(tries, prepared));

    assertThat(taken).isSameAs(prepared);
    assertThat(pauses).hasSize(2);
    assertThat(events).containsExactly("Waiting for another preparation: Cannot prepare data");
  }

  @Test
  void givesUpWhenTheBudgetIsSpent() {
    assertThatThrownBy(() -> turn(3).take(PreparationTurnTest::busy))
        .hasMessage("Cannot prepare data");
    assertThat(pauses).hasSize(3);
  }

  @Test
  void waitsNoLongerOnceAnotherDriverHasTheRun() {
    drivers.claimed(job("one", "training: {seed: 1}"));

    assertThatThrownBy(() -> turn(3).take(PreparationTurnTest::busy))
        .hasMessageContaining("another driver")
        .hasMessageContaining("took it over");
    assertThat(pauses).isEmpty();
  }

  @Test
  void failsAtOnceWhereTheDataIsRefused() {
    LockstepException refusal = new LockstepException(FailureKind.DATA, "Cannot read a.csv");

    assertThatThrownBy(
            () ->
                turn(3)
                    .take(
                        () -> {
                          throw refusal;
                        }))
        .isSameAs(refusal);
    assertThat(pauses).isEmpty();
  }

  private PreparationTurn turn(int seconds) {
    return new PreparationTurn(epoch, Duration.ofSeconds(seconds), pauses::add, events::add);
  }

  private static PreparedDataset afterTwoTries(AtomicInteger tries, PreparedDataset prepared) {
    return tries.incrementAndGet() > 2 ? prepared : busy();
  }

  private static PreparedDataset busy() {
    throw new LockstepException(FailureKind.FENCED, "Cannot prepare data");
  }
}
