package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.worker.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
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
  private final JobConfig job = job("one", "training: {seed: 1}");
  private final List<ReportFile> files = new ArrayList<>();

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(directory.resolve("run").toString());
  }

  @AfterEach
  void closeFiles() {
    files.forEach(ReportFile::close);
  }

  @Test
  void takesAFreeDirectory() {
    Claimed claimed = taken(claim().claim(job, run.data()));

    assertThat(claimed.epoch().number()).isEqualTo(1);
    assertThat(claimed.earlier()).isEmpty();
    assertThat(STORAGE.names(run.root())).containsExactly("lease", "run.json");
  }

  @Test
  void takesTheRunOverFromTheDriverBefore() {
    Claimed first = taken(claim().claim(job, run.data()));
    recorder(first).begin();

    Claimed second = taken(claim().claim(job, run.data()));

    assertThat(second.epoch().number()).isEqualTo(2);
    assertThat(second.earlier()).isPresent();
    assertThatThrownBy(() -> recorder(first).begin())
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessageStartingWith("Cannot go on with the run in " + run.root() + ": another driver");
  }

  @Test
  void refusesAnotherJobAndTellsTheDifference() {
    recorder(taken(claim().claim(job, run.data()))).begin();

    assertThatThrownBy(() -> claim().claim(job("two", "training: {seed: 2}"), run.data()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot go on with the run in %s: 'training.seed' is 2 but was 1 (name another --run,"
                + " or set that one aside with --new-run)",
            run.root());
    assertThat(STORAGE.names(run.lease())).containsExactly("E00000001.json");
  }

  @Test
  void refusesFewerEpochsThanTheRunWasStartedWith() {
    recorder(taken(claim().claim(job("one", "training: {seed: 1, epochs: 5}"), run.data())))
        .begin();

    assertThatThrownBy(
            () -> claim().claim(job("one", "training: {seed: 1, epochs: 3}"), run.data()))
        .hasMessageContaining("'training.epochs' is 3 but was 5");
  }

  @Test
  void goesOnWithMoreEpochsAndWithAnotherCluster() {
    recorder(taken(claim().claim(job("one", "training: {seed: 1, epochs: 5}"), run.data())))
        .begin();
    JobConfig more =
        job("one", "training: {seed: 1, epochs: 7}\ncluster: {workers: 3}\ncheckpoint: {keep: 9}");

    Claimed claimed = taken(claim().claim(more, run.data()));

    assertThat(claimed.description().config()).isEqualTo(more);
    assertThat(RunDescription.read(STORAGE, run).config()).isEqualTo(more);
  }

  @Test
  void saysThatTheRunIsCompleteWithoutClaimingIt() {
    Claimed claimed = taken(claim().claim(job, run.data()));
    RunReport report =
        recorder(claimed).completed(new TrainingResult(10, "digest", 4, Optional.empty()));

    assertThat(claim().claim(job, run.data())).isEqualTo(new RunClaim.Complete(report));
    assertThat(STORAGE.names(run.lease())).containsExactly("E00000001.json");
  }

  @Test
  void takesADirectoryForAnotherJobWhoseRunFailedBeforeItsFirstEpoch() {
    failBeforeTheFirstEpoch();

    Claimed claimed = taken(claim().claim(job("two", "training: {seed: 2}"), run.data()));

    assertThat(claimed.earlier()).isEmpty();
    assertThat(RunDescription.read(STORAGE, run).job()).isEqualTo("two");
    assertThat(STORAGE.exists(run.report())).isFalse();
  }

  @Test
  void setsRunsAsideUnderFreeNamesAndFencesTheirDrivers() {
    List<Claimed> drivers = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      RunClaim claim = claim();
      claim.setAside();
      drivers.add(taken(claim.claim(job, run.data())));
      recorder(drivers.get(i - 1)).begin();
    }

    assertThat(STORAGE.names(directory.toString())).containsExactly("run", "run.1", "run.2");
    assertThatThrownBy(() -> drivers.get(1).epoch().require())
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED));
    drivers.get(2).epoch().require();
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

    taken(claim().claim(job, run.data()));
    assertThat(STORAGE.names(run.root())).containsExactly("data", "lease", "run.json");
    assertThat(STORAGE.names(directory.toString())).containsExactly("run");
  }

  @Test
  void leavesARunToTheLastOfManyDriversThatTakeItAtOnce() throws Exception {
    int drivers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    CyclicBarrier start = new CyclicBarrier(drivers);
    List<Future<Optional<Claimed>>> claims = new ArrayList<>();
    for (int i = 0; i < drivers; i++) {
      RunClaim claim = claim();
      claims.add(
          threads.submit(
              () -> {
                start.await();
                return unlessFenced(() -> taken(claim.claim(job, run.data())));
              }));
    }
    List<Claimed> claimed = new ArrayList<>();
    for (Future<Optional<Claimed>> claim : claims) {
      claim.get().ifPresent(claimed::add);
    }
    threads.shutdown();

    assertThat(claimed).filteredOn(one -> unlessFenced(() -> required(one)).isPresent()).hasSize(1);
  }

  @Test
  void takesADirectoryWhoseClaimIsBroken() {
    STORAGE.writeAtomically(run.description(), "");

    taken(claim().claim(job, run.data()));

    assertThat(RunDescription.read(STORAGE, run).job()).isEqualTo("one");
  }

  @Test
  void ignoresAnEpochThatIsReportedAfterTheEnd() {
    RunRecorder recorder = recorder(taken(claim().claim(job, run.data())));
    recorder.failed(new LockstepException(FailureKind.CLUSTER, "Rank 1 is gone"));
    String report = STORAGE.readText(run.report());

    recorder.epoch(new EpochReport(1, 0.5, 8, 1, 8, 1, 0, 0, 0, Optional.empty()), 2);

    assertThat(STORAGE.readText(run.report())).isEqualTo(report).contains("failed");
  }

  @Test
  void forgetsEpochsThatAnAttemptHasToTrainAgain() {
    RunRecorder recorder = recorder(taken(claim().claim(job, run.data())));
    EpochReport first = new EpochReport(1, 0.5, 8, 1, 8, 1, 0, 0, 0, Optional.empty());
    recorder.epoch(first, 2);

    recorder.goOnAfter(List.of(), 0);
    recorder.epoch(first, 2);
    awaitReport(recorder);

    RunReport report = Json.read(STORAGE.readText(run.report()), RunReport.class, run.report());
    assertThat(report.epochs()).containsExactly(first);
    assertThat(report.samplesSeen()).isEqualTo(8);
  }

  @Test
  void keepsTheHistoryOfADriverThatWasLost() {
    RunRecorder first = recorder(taken(claim().claim(job, run.data())));
    first.attempt(3, 2);
    first.attemptFailed(3, new LockstepException(FailureKind.CLUSTER, "Rank 1 is gone"));
    awaitReport(first);

    RunRecorder second = recorder(taken(claim().claim(job, run.data())));
    second.begin();

    assertThat(second.attempts()).isEqualTo(3);
    RunReport report = Json.read(STORAGE.readText(run.report()), RunReport.class, run.report());
    assertThat(report.events())
        .extracting(RunEvent::driver, RunEvent::message)
        .containsExactly(
            tuple(1, "Attempt 3 failed: Rank 1 is gone"),
            tuple(2, "Driver 2 takes the run over: the one before was lost"));
  }

  private void failBeforeTheFirstEpoch() {
    recorder(taken(claim().claim(job, run.data())))
        .failed(new LockstepException(FailureKind.DATA, "Cannot read a.csv"));
  }

  private static Claimed required(Claimed claimed) {
    claimed.epoch().require();
    return claimed;
  }

  private static <T> Optional<T> unlessFenced(Supplier<T> action) {
    try {
      return Optional.of(action.get());
    } catch (LockstepException e) {
      assertThat(e.kind()).isEqualTo(FailureKind.FENCED);
      return Optional.empty();
    }
  }

  private static Claimed taken(RunClaim.Outcome outcome) {
    return (Claimed) outcome;
  }

  /** Reports are written in the order in which they come, and the first is waited for. */
  private static void awaitReport(RunRecorder recorder) {
    recorder.begin();
  }

  private RunRecorder recorder(Claimed claimed) {
    Patience patience = Patience.of(Duration.ofMillis(1), event -> {});
    ReportFile file = new ReportFile(STORAGE, run, claimed.epoch(), patience);
    files.add(file);
    return new RunRecorder(
        file,
        claimed.epoch().number(),
        Clock.systemUTC(),
        claimed.description(),
        claimed.earlier());
  }

  private RunClaim claim() {
    DriverIdentity driver =
        new DriverIdentity(UUID.randomUUID().toString(), "app", "host", 1, "today");
    return new RunClaim(STORAGE, progress.with(new ManualStop()), run, driver);
  }

  private static JobConfig job(String name, String more) {
    String text =
        """
        job: %s
        data: {train: a.csv, label: {column: y}}
        model: {layers: [output]}
        %s
        """
            .formatted(name, more);
    return JobFile.parse(text, "the test's", STORAGE, List.of());
  }
}
