package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a run whose executors are killed, stopped, slow or too few. Where the run
 * survives, it ends with the weights of a run that nobody disturbed.
 */
@Tag("slow")
class RecoveryFaultIT extends FaultContract {
  /** From the kill of an executor to the first step of the next attempt. */
  private static final Duration RECOVERY = Duration.ofSeconds(15);

  private static final String LATE = "Waiting for .*: it lacks .*rank \\d.*";

  @Test
  void aRunWhoseExecutorIsKilledInMidEpochGoesOnWithinSecondsToTheUndisturbedWeights()
      throws Exception {
    String run = "executor-killed";
    LockstepProcess train = start(run);
    awaitMidEpoch(train, run);
    ProcessHandle victim = cluster.executors().get(1);

    Signals.KILL.to(victim);
    long killed = System.nanoTime();
    until(train).until(() -> runs.report(run).orElseThrow().attempts() == 2);
    Position before = reached(run);
    until(train).until(() -> reached(run).compareTo(before) > 0);
    Duration recovery = Duration.ofNanos(System.nanoTime() - killed);

    assertEndsUndisturbed(train, run);
    assertThat(recovery).isLessThan(RECOVERY);
    assertThat(runs.events(run))
        .anyMatch(text -> text.matches("Attempt 1 failed: .*executor \\d on .* was lost: .*"));
  }

  @Test
  void aWorkerThatStandsStillIsReplacedAndCannotDisturbWhenItWakes() throws Exception {
    String run = "stopped";
    LockstepProcess train =
        start(run, "--set", "cluster.stall-warning=2 s", "--set", "cluster.stall-timeout=8 s");
    awaitMidEpoch(train, run);
    ProcessHandle victim = cluster.executors().get(0);
    ProcessHandle host = victim.parent().orElseThrow();

    Signals.STOP.to(host); // whoever would kill it on Spark's behalf
    Signals.STOP.to(victim);
    try {
      until(train).until(() -> runs.report(run).orElseThrow().attempts() == 2);
      Position before = reached(run);
      until(train).until(() -> reached(run).compareTo(before) > 0);
    } finally {
      Signals.CONT.to(victim);
      Signals.CONT.to(host);
    }

    assertEndsUndisturbed(train, run);
    assertThat(train.err())
        .anyMatch(line -> line.matches("Replacing executor \\d on .*, which does not answer"))
        .anyMatch(line -> line.matches(LATE));
    assertThat(runs.events(run))
        .anyMatch(text -> text.matches("Attempt 1 failed: Failed to complete .* within 8 s: .*"));
    await().atMost(DEADLINE).until(() -> !victim.isAlive());
  }

  /** Opening a pipe that nobody writes to is a call into the kernel that no interrupt ends. */
  @Test
  void aRankThatHangsInNativeCodeIsNamedAndTheNextAttemptGoesOn() throws Exception {
    String run = "hanging";
    LockstepProcess train = start(run, "--set", "cluster.stall-timeout=8 s");
    until(train)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> train.err().stream().anyMatch(line -> line.startsWith("Training digits: ")));
    Path shard = runs.trainingShard();
    Path aside = Files.move(shard, shard.resolveSibling("aside"));
    try {
      assertThat(new ProcessBuilder("mkfifo", shard.toString()).start().waitFor()).isZero();
      until(train).until(() -> !attemptsFailed(run).isEmpty());
    } finally {
      Files.move(aside, shard, StandardCopyOption.REPLACE_EXISTING);
    }

    assertEndsUndisturbed(train, run);
    assertThat(attemptsFailed(run))
        .first()
        .asString()
        .matches("Attempt 1 failed: Failed to read samples on thread rank-\\d-reader within 8 s");
  }

  private static List<String> attemptsFailed(String run) throws IOException {
    return runs.events(run).stream()
        .filter(event -> event.matches("Attempt .* failed: .*"))
        .toList();
  }

  @Test
  void aSlowWorkerIsNamedAndTheRunEnds() throws Exception {
    String run = "slow";
    LockstepProcess train = start(run, "--set", "cluster.stall-warning=500 ms");
    awaitMidEpoch(train, run);
    ProcessHandle slow = cluster.executors().get(0);

    for (int i = 0; i < 2; i++) {
      int warnings = warnings(train);
      Signals.STOP.to(slow);
      try {
        until(train).until(() -> warnings(train) > warnings);
      } finally {
        Signals.CONT.to(slow);
      }
      Position before = reached(run);
      until(train).until(() -> reached(run).compareTo(before) > 0);
    }

    assertEndsUndisturbed(train, run);
    assertThat(runs.report(run).orElseThrow().attempts()).isEqualTo(1);
    assertThat(runs.events(run)).anyMatch(text -> text.matches(LATE));
  }

  @Test
  void aHostThatLosesItsExecutorsAgainAndAgainIsNamedAndTheLastCheckpointStays() throws Exception {
    String run = "exhausted";
    String[] often = {"--set", "cluster.max-attempts=3", "--set", "checkpoint.every=10 epochs"};
    LockstepProcess first = start(run, often);
    until(first).until(() -> !runs.checkpoints(run).isEmpty());
    for (int attempt = 1; attempt <= 4; attempt++) {
      int number = attempt;
      until(first).until(() -> hasDoneAnEpoch(first, number));
      Signals.KILL.to(cluster.executors().get(0));
    }

    assertThat(first.exitCode(DEADLINE)).as(() -> first.err().toString()).isEqualTo(5);
    assertThat(first.lastErrLine())
        .startsWith("Gave up after 3 attempts in a row without progress ('cluster.max-attempts'): ")
        .contains("host 127.0.0.1 has lost 4 executors (take it out of the cluster");
    assertEndsUndisturbed(start(run), run);
  }

  @Test
  void fewerSlotsThanWorkersAreWaitedForAndThenToldOrPutUpWith() throws Exception {
    String run = "few-slots";
    String[] many = {
      "--set",
      "cluster={workers: 4, cores-per-worker: 2, memory-per-worker: 1g, slots-timeout: 8 s}"
    };
    LockstepProcess refused = start(run, many);
    assertThat(refused.exitCode(DEADLINE)).as(() -> refused.err().toString()).isEqualTo(5);
    assertThat(refused.lastErrLine())
        .startsWith("Cannot start 4 workers: the cluster has 2 slots (lower 'cluster.workers'");

    LockstepProcess content = start(run, with(many, "--set", "cluster.min-workers=1"));

    assertEndsUndisturbed(content, run);
    assertThat(runs.report(run).orElseThrow().worldSize()).isEqualTo(2);
  }

  @Test
  void aWorkerWithoutMemoryNamesTheSettingForIt() throws Exception {
    LockstepProcess train =
        start(
            "out-of-memory",
            "--set",
            "cluster={workers: 2, memory-per-worker: 1g, max-attempts: 1}",
            "--set",
            "model={layers: [{dense: {units: 9000}}, {dense: {units: 9000}}, {output:"
                + " {activation: softmax, loss: cross-entropy}}]}");

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isEqualTo(5);
    assertThat(train.lastErrLine()).contains("'cluster.memory-per-worker'");
  }

  private static int warnings(LockstepProcess train) {
    return (int) train.err().stream().filter(line -> line.matches(LATE)).count();
  }

  private static String[] with(String[] words, String... more) {
    return Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new);
  }

  /** Whether an attempt of a driver, counted from 1, has trained for an epoch. */
  private static boolean hasDoneAnEpoch(LockstepProcess train, int attempt) {
    List<String> lines = train.err();
    List<Integer> headers =
        IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).contains("train loss"))
            .boxed()
            .toList();
    return headers.size() == attempt
        && lines.subList(headers.get(attempt - 1), lines.size()).stream()
            .anyMatch(line -> line.matches(" *\\d+/" + EPOCHS + " .*"));
  }
}
