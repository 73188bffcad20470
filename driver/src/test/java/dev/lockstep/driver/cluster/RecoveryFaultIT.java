package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.LogEntry;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of a run whose executors or drivers are killed, stopped or interrupted: each is a
 * real process on a real cluster. Where the run survives, it ends with the weights of a run that
 * nobody disturbed.
 */
@Timeout(240)
class RecoveryFaultIT {
  private static final Duration DEADLINE = Duration.ofSeconds(200);

  /** From the kill of an executor to the first step of the next attempt. */
  private static final Duration RECOVERY = Duration.ofSeconds(15);

  private static final int EPOCHS = 20;
  private static final String LATE = "Waiting for .*: it lacks .*rank \\d.*";
  private static final String STOPPING = "Stopping, a second signal ends the program at once";

  @TempDir private static Path work;
  private static StandaloneCluster cluster;
  private static DigitsRuns runs;
  private static RunReport undisturbed;

  @BeforeAll
  static void startCluster() throws Exception {
    TestCluster.assumeSpark();
    runs = new DigitsRuns(work);
    List<String> words = size();
    words.addAll(List.of("--set", "cluster.workers=1"));
    LockstepProcess train = runs.onThreads("undisturbed", words.toArray(String[]::new));
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    undisturbed = runs.report("undisturbed").orElseThrow();
    cluster = new StandaloneCluster(work.resolve("cluster"), 2, 2);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

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
    assertThat(runs.events(run)).contains("Driver 2 takes the run over: the one before was lost");
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
    for (int attempt = 1; attempt <= 3; attempt++) {
      int number = attempt;
      until(first).until(() -> hasDoneAnEpoch(first, number));
      Signals.KILL.to(cluster.executors().get(0));
    }

    assertThat(first.exitCode(DEADLINE)).as(() -> first.err().toString()).isEqualTo(5);
    assertThat(first.lastErrLine())
        .startsWith("Gave up after 3 attempts in a row without progress ('cluster.max-attempts'): ")
        .contains("host 127.0.0.1 has lost 3 executors (take it out of the cluster");
    assertEndsUndisturbed(start(run), run);
  }

  @Test
  void twoDriversOfOneRunWriteOneHistory() throws Exception {
    for (int i = 0; i < 2; i++) {
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

  @Test
  void fewerSlotsThanWorkersAreWaitedForAndThenToldOrPutUpWith() throws Exception {
    String run = "few-slots";
    String[] many = {"--set", "cluster.workers=4", "--set", "cluster.slots-timeout=8 s"};
    LockstepProcess refused = start(run, with(many, "--set", "cluster.memory-per-worker=2g"));
    assertThat(refused.exitCode(DEADLINE)).as(() -> refused.err().toString()).isEqualTo(5);
    assertThat(refused.lastErrLine())
        .startsWith("Cannot start 4 workers: the cluster has 2 slots (lower 'cluster.workers'");

    LockstepProcess content =
        start(
            run,
            with(many, "--set", "cluster.memory-per-worker=2g", "--set", "cluster.min-workers=1"));

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

  private static LockstepProcess onThreads(String run) throws IOException {
    return runs.onThreads(run, size().toArray(String[]::new));
  }

  private static LockstepProcess start(String run, String... more) throws IOException {
    List<String> words = size();
    words.addAll(Arrays.asList(more));
    return runs.on(cluster, DeployMode.CLIENT, run, words.toArray(String[]::new));
  }

  /** Long enough to be disturbed, with a checkpoint every fraction of a second. */
  private static List<String> size() {
    return new ArrayList<>(
        List.of("--set", "training.epochs=" + EPOCHS, "--set", "checkpoint.every=7 steps"));
  }

  private static ConditionFactory until(LockstepProcess train) {
    return await()
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .failFast(
            () -> {
              if (!train.process().isAlive()) {
                throw new AssertionError("the run has ended: " + train.err());
              }
            });
  }

  /** Waits until a run has done an epoch and committed a checkpoint in the middle of another. */
  private static void awaitMidEpoch(LockstepProcess train, String run) {
    until(train)
        .until(
            () -> {
              Position reached = reached(run);
              return reached.epoch() > 1 && reached.step() > 0;
            });
  }

  /** Where the newest checkpoint is; the very beginning where there is none. */
  private static Position reached(String run) {
    List<CommittedCheckpoint> taken = runs.checkpoints(run);
    return taken.isEmpty() ? new Position(1, 0) : taken.get(taken.size() - 1).position();
  }

  private static int warnings(LockstepProcess train) {
    return (int) train.err().stream().filter(line -> line.matches(LATE)).count();
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

  private static void awaitNoExecutors() {
    await().atMost(DEADLINE).until(() -> cluster.executors().isEmpty());
  }

  private static String[] with(String[] words, String... more) {
    return Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new);
  }

  /** The log is without gaps, and no driver has written after a later one. */
  private static void assertOneHistory(String run) throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(runs.directory(run).log()))) {
      for (Path file : files.sorted().toList()) {
        entries.add(Json.read(Files.readString(file), LogEntry.class, file.toString()));
      }
    }
    assertThat(entries).extracting(LogEntry::driverEpoch).isSorted();
    long first = entries.get(0).number();
    assertThat(entries)
        .extracting(LogEntry::number)
        .containsExactlyElementsOf(
            LongStream.range(first, first + entries.size()).boxed().toList());
  }

  private static void assertEndsUndisturbed(LockstepProcess train, String run) throws Exception {
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    RunReport report = runs.report(run).orElseThrow();
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(report.test()).isEqualTo(undisturbed.test());
    assertThat(report.steps()).isEqualTo(undisturbed.steps());
    assertThat(report.epochs()).hasSameSizeAs(undisturbed.epochs());
    assertThat(Path.of(runs.directory(run).staging()))
        .satisfiesAnyOf(
            path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
  }
}
