package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RunClaimTest {
  private static final Storage STORAGE = new Storage(Map.of());

  @TempDir private Path directory;
  private RunDirectory run;
  private final RecordedProgress progress = new RecordedProgress();
  private final JobConfig job = job("one");

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(directory.resolve("run").toString());
  }

  @Test
  void takesAFreeDirectory() {
    assertThat(claim().claim(job, run.data())).isEmpty();
    assertThat(STORAGE.names(run.root())).containsExactly("run.json");
  }

  @Test
  void refusesADirectoryThatAnotherDriverHasJustTaken() {
    claim().claim(job, run.data());

    assertThatThrownBy(() -> claim().claim(job, run.data()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot train in %s: its run is unfinished and cannot be resumed (if nobody else is at"
                + " it, start over with --new-run)",
            run.root());
  }

  @Test
  void takesADirectoryAgainWhoseRunFailedBeforeItsFirstEpoch() {
    failBeforeTheFirstEpoch();

    assertThat(claim().claim(job("two"), run.data())).isEmpty();
    assertThat(STORAGE.names(run.root())).containsExactly("run.json");
    assertThat(progress.lines).hasSize(1);
  }

  @Test
  void setsRunsAsideUnderFreeNames() {
    for (int i = 1; i <= 3; i++) {
      claim().setAside();
      claim().claim(job, run.data());
    }

    assertThat(STORAGE.names(directory.toString())).containsExactly("run", "run.1", "run.2");
  }

  @Test
  void refusesToSetAsideWhatIsNoRun() throws IOException {
    Files.createDirectories(directory.resolve("run"));
    Files.writeString(directory.resolve("run/thesis.txt"), "years of work");

    assertThatThrownBy(() -> claim().setAside())
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot set %s aside: it holds 'thesis.txt' but no run.json, so it is not a run (name"
                + " another --run)",
            run.root());
    assertThat(directory.resolve("run/thesis.txt")).exists();
  }

  @Test
  void keepsDataThatWasPreparedForAFirstRun() throws IOException {
    Files.createDirectories(directory.resolve("run/data"));

    claim().setAside();

    assertThat(claim().claim(job, run.data())).isEmpty();
    assertThat(STORAGE.names(run.root())).containsExactly("data", "run.json");
    assertThat(STORAGE.names(directory.toString())).containsExactly("run");
  }

  @Test
  void letsOneOfManyTakeAFailedRunOver() throws Exception {
    failBeforeTheFirstEpoch();
    int drivers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    CyclicBarrier start = new CyclicBarrier(drivers);
    List<Future<Optional<FailureKind>>> refusals = new ArrayList<>();
    for (int i = 0; i < drivers; i++) {
      RunClaim claim = claim();
      refusals.add(
          threads.submit(
              () -> {
                start.await();
                return refusal(() -> claim.claim(job, run.data()));
              }));
    }
    List<Optional<FailureKind>> ends = new ArrayList<>();
    for (Future<Optional<FailureKind>> refusal : refusals) {
      ends.add(refusal.get());
    }
    threads.shutdown();

    assertThat(ends).containsOnlyOnce(Optional.empty());
    assertThat(ends)
        .isSubsetOf(
            Optional.empty(), Optional.of(FailureKind.FENCED), Optional.of(FailureKind.CONFIG));
    assertThat(STORAGE.names(run.root())).containsExactly("run.json");
  }

  @Test
  void refusesARunThatAnotherDriverIsTakingOver() {
    failBeforeTheFirstEpoch();
    STORAGE.createExclusively(run.takeover(), "another");

    assertThatThrownBy(() -> claim().claim(job, run.data()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessage(
            "Cannot train in %s: another driver is taking it over (if none is, delete %s)",
            run.root(), run.takeover());
  }

  @Test
  void takesADirectoryWhoseClaimIsBroken() {
    STORAGE.writeAtomically(run.description(), "");

    assertThat(claim().claim(job, run.data())).isEmpty();
    assertThat(STORAGE.readText(run.description())).contains("\"job\" : \"one\"");
  }

  @Test
  void givesTheDirectoryBackWhereItsReportCannotBeWritten() throws IOException {
    RunClaim claim = claim();
    claim.claim(job, run.data());
    Files.createDirectories(Path.of(run.report(), "in the way"));

    assertThatThrownBy(() -> claim.record(job, Clock.systemUTC()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageStartingWith("Cannot write " + run.report());
    assertThat(Path.of(run.description())).doesNotExist();
  }

  @Test
  void stopsWritingWhereAnotherDriverSetTheRunAside() {
    RunClaim first = claim();
    first.claim(job, run.data());
    RunRecorder recorder = first.record(job, Clock.systemUTC());
    claim().setAside();
    RunClaim second = claim();
    second.claim(job, run.data());
    second.record(job, Clock.systemUTC());
    String report = STORAGE.readText(run.report());

    assertThatThrownBy(() -> recorder.attempt(1, 4, 2, 10))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessage(
            "Cannot go on with the run in %s: another driver took over its directory", run.root());
    assertThat(first.ownership().explain(new IllegalStateException("a shard is gone")).kind())
        .isEqualTo(FailureKind.FENCED);
    assertThat(STORAGE.readText(run.report())).isEqualTo(report);
  }

  @Test
  void ignoresAnEpochThatIsReportedAfterTheEnd() {
    RunClaim claim = claim();
    claim.claim(job, run.data());
    RunRecorder recorder = claim.record(job, Clock.systemUTC());
    recorder.failed(new LockstepException(FailureKind.CLUSTER, "Rank 1 is gone"));
    String report = STORAGE.readText(run.report());

    recorder.epoch(new EpochReport(1, 0.5, 8, 1, 8, 1, 0, 0, 0, Optional.empty()), 2);

    assertThat(STORAGE.readText(run.report())).isEqualTo(report).contains("failed");
  }

  private void failBeforeTheFirstEpoch() {
    RunClaim claim = claim();
    claim.claim(job, run.data());
    claim
        .record(job, Clock.systemUTC())
        .failed(new LockstepException(FailureKind.DATA, "Cannot read a.csv"));
  }

  private static Optional<FailureKind> refusal(Runnable action) {
    try {
      action.run();
      return Optional.empty();
    } catch (LockstepException e) {
      return Optional.of(e.kind());
    }
  }

  private RunClaim claim() {
    return new RunClaim(
        STORAGE, progress.with(new ManualStop()), run, UUID.randomUUID().toString());
  }

  private static JobConfig job(String name) {
    String text =
        """
        job: %s
        data: {train: a.csv, label: {column: y}}
        model: {layers: [output]}
        training: {seed: %d}
        """
            .formatted(name, name.hashCode());
    return JobFile.parse(text, "the test's", STORAGE, List.of());
  }
}
