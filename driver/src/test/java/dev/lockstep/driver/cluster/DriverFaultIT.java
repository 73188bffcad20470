package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of a run whose driver is killed, interrupted or paused, or that has two of them: the
 * same command goes on, to the weights of a run that nobody disturbed.
 */
@Tag("slow")
class DriverFaultIT extends FaultContract {
  private static final String STOPPING = "Stopping, a second signal ends the program at once";

  @Test
  void aRunWhoseDriverIsKilledBetweenCheckpointsGoesOnToTheUndisturbedWeights() throws Exception {
    String run = "driver-killed";
    LockstepProcess first = start(run);
    awaitMidEpoch(first, run);

    Signals.KILL.to(first.process().toHandle());
    first.process().waitFor();
    Position reached = reached(run);
    LockstepProcess second = start(run);

    assertEndsUndisturbed(second, run);
    assertThat(second.err()).anyMatch(line -> line.startsWith("Going on after epoch "));
    assertThat(reached.epoch()).isGreaterThan(1);
    assertThat(runs.events(run))
        .contains("Driver 2 takes the run over: the one before was lost, or loses it now");
  }

  @Test
  void aRunWhoseDriverIsKilledBeforeTheModelIsSavedOnlyEvaluatesAndSavesIt() throws Exception {
    String run = "driver-killed-at-the-end";
    LockstepProcess first = start(run);
    until(first)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> reached(run).compareTo(new Position(EPOCHS + 1, 0)) >= 0);

    Signals.KILL.to(first.process().toHandle());
    first.process().waitFor();
    RunReport left = runs.report(run).orElseThrow();
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
    LockstepProcess second = start(run);

    assertEndsUndisturbed(second, run);
    assertThat(runs.checkpoints(run)).last().returns(1, CommittedCheckpoint::driverEpoch);
  }

  @Test
  void sigtermCommitsALastCheckpointInMidEpochAndLeavesNoExecutor() throws Exception {
    String run = "terminated";
    LockstepProcess first = start(run, "--set", "checkpoint.every=1000 epochs");
    until(first).until(() -> runs.epochs(run) > 1);

    Signals.TERM.to(first.process().toHandle());

    assertThat(first.exitCode(DEADLINE)).as(() -> first.err().toString()).isEqualTo(130);
    assertThat(first.lastErrLine())
        .isEqualTo(
            "Stopped by a signal: the run is not finished (the same command goes on with it)");
    assertThat(runs.checkpoints(run)).hasSize(1);
    assertThat(reached(run).epoch()).isGreaterThan(1);
    awaitNoExecutors();
    assertEndsUndisturbed(start(run, "--set", "cluster.workers=3"), run);
  }

  @Test
  void aSecondCtrlCEndsTheDriverAtOnceAndTheSameCommandGoesOn() throws Exception {
    String run = "interrupted-twice";
    LockstepProcess first = start(run);
    awaitMidEpoch(first, run);
    List<ProcessHandle> executors = cluster.executors();
    for (ProcessHandle executor : executors) {
      Signals.STOP.to(executor); // nobody is left to end in order
    }

    Signals.INT.to(first.process().toHandle());
    until(first).until(() -> first.err().contains(STOPPING));
    Signals.INT.to(first.process().toHandle());

    assertThat(first.exitCode(Duration.ofSeconds(10))).isEqualTo(130);
    for (ProcessHandle executor : executors) {
      Signals.CONT.to(executor);
    }
    awaitNoExecutors();
    assertEndsUndisturbed(start(run), run);
  }

  /** {@code -Drace.rounds=50} repeats it. */
  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void twoDriversOfOneRunWriteOneHistory() throws Exception {
    for (int i = 0; i < Integer.getInteger("race.rounds", 2); i++) {
      String run = "both-" + i;
      LockstepProcess one = onThreads(run);
      LockstepProcess other = onThreads(run);

      List<Integer> codes = List.of(one.exitCode(DEADLINE), other.exitCode(DEADLINE));

      assertThat(codes).as(() -> one.err() + " " + other.err()).containsExactlyInAnyOrder(0, 7);
      assertEndsUndisturbed(codes.get(0) == 0 ? one : other, run);
      assertOneHistory(run);
    }
  }

  @Test
  void aPausedDriverIsFencedAtItsNextCommitWhereAnotherTookOver() throws Exception {
    String run = "paused";
    LockstepProcess paused = start(run);
    awaitMidEpoch(paused, run);

    Signals.STOP.to(paused.process().toHandle());
    try {
      assertEndsUndisturbed(start(run), run);
    } finally {
      Signals.CONT.to(paused.process().toHandle());
    }

    assertThat(paused.exitCode(DEADLINE)).as(() -> paused.err().toString()).isEqualTo(7);
    assertThat(paused.lastErrLine()).contains("another driver");
    assertOneHistory(run);
    RunReport report = runs.report(run).orElseThrow();
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
  }

  private static LockstepProcess onThreads(String run) throws IOException {
    return runs.onThreads(run, size().toArray(String[]::new));
  }

  /** The log is without gaps, and no driver has written after a later one. */
  private static void assertOneHistory(String run) throws IOException {
    List<Integer> driverEpochs = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(runs.directory(run).log()))) {
      for (Path file : files.sorted().toList()) {
        JsonNode entry = new JsonMapper().readTree(file.toFile());
        driverEpochs.add(entry.findValue("driverEpoch").asInt());
        numbers.add(entry.findValue("number").asLong());
      }
    }
    assertThat(driverEpochs).isSorted();
    assertThat(numbers)
        .isEqualTo(
            LongStream.range(numbers.get(0), numbers.get(0) + numbers.size()).boxed().toList());
  }
}
