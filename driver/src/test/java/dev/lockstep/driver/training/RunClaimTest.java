package dev.lockstep.driver.training;

import static dev.lockstep.driver.training.RunDrivers.STORAGE;
import static dev.lockstep.driver.training.RunDrivers.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.model.Networks;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may take which run directory, and what becomes of what lies there. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RunClaimTest {
  private final JobConfig job = job("one", "training: {seed: 1, epochs: 1}");
  @TempDir private Path directory;
  private RunDirectory run;
  private RunDrivers drivers;

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(directory.resolve("run").toString());
    drivers = new RunDrivers(run);
  }

  @AfterEach
  void closeFiles() {
    drivers.close();
  }

  @Test
  void takesAFreeDirectory() {
    Claimed claimed = drivers.claimed(job);

    assertThat(claimed.epoch().number()).isEqualTo(1);
    assertThat(claimed.earlier()).isEmpty();
    assertThat(STORAGE.names(run.root())).containsExactly("lease", "run.json");
  }

  @Test
  void takesTheRunOverFromTheDriverBefore() {
    Claimed first = drivers.claimed(job);
    drivers.recorder(first).begin();

    Claimed second = drivers.claimed(job);

    assertThat(second.epoch().number()).isEqualTo(2);
    assertThat(second.earlier()).isPresent();
    assertThatThrownBy(() -> drivers.recorder(first).begin())
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessageStartingWith("Cannot go on with the run in " + run.root() + ": another driver");
  }

  @Test
  void remembersDataOfARelativeFolderAsAnyProcessFindsIt() {
    drivers.claim().claim(job, "relative/data");

    assertThat(RunDescription.read(STORAGE, run).data())
        .isEqualTo("file:" + Path.of("relative/data").toAbsolutePath());
  }

  @Test
  void findsDataOfItsOwnWhereTheRunWasMoved() {
    drivers.claimed(job);
    RunDirectory moved = new RunDirectory(directory.resolve("moved").toString());

    STORAGE.rename(run.root(), moved.root());

    assertThat(RunDescription.read(STORAGE, moved).data()).isEqualTo("file:" + moved.data());
  }

  @Test
  void refusesAnotherJobAndTellsTheDifference() {
    drivers.recorder(drivers.claimed(job)).begin();

    assertThatThrownBy(() -> drivers.claim().claim(job("two", "training: {seed: 2}"), run.data()))
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
    drivers.recorder(drivers.claimed(job("one", "training: {seed: 1, epochs: 5}"))).begin();

    assertThatThrownBy(
            () -> drivers.claim().claim(job("one", "training: {seed: 1, epochs: 3}"), run.data()))
        .hasMessageContaining("'training.epochs' is 3 but was 5");
  }

  @Test
  void goesOnWithMoreEpochsAndWithAnotherCluster() {
    drivers.recorder(drivers.claimed(job("one", "training: {seed: 1, epochs: 5}"))).begin();
    JobConfig more =
        job("one", "training: {seed: 1, epochs: 7}\ncluster: {workers: 3}\ncheckpoint: {keep: 9}");

    Claimed claimed = drivers.claimed(more);

    assertThat(claimed.description().config()).isEqualTo(more);
    assertThat(RunDescription.read(STORAGE, run).config())
        .as("written once nothing speaks against it")
        .isEqualTo(job("one", "training: {seed: 1, epochs: 5}"));
  }

  @Test
  void saysThatTheRunIsCompleteWithoutClaimingIt() {
    RunReport report = complete();

    assertThat(drivers.claim().claim(job, run.data())).isEqualTo(new RunClaim.Complete(report));
    assertThat(STORAGE.names(run.lease())).containsExactly("E00000001.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.zip", "schema.json", "preprocessing.json"})
  void claimsACompleteRunWhoseModelIsDamaged(String file) {
    complete();
    byte[] whole = STORAGE.read(run.model() + "/" + file);
    STORAGE.writeAtomically(run.model() + "/" + file, Arrays.copyOf(whole, whole.length / 2));

    assertThat(drivers.claimed(job).earlier()).isPresent();
  }

  @Test
  void saysWhatToDoAboutABrokenReport() {
    drivers.recorder(drivers.claimed(job)).begin();
    STORAGE.writeAtomically(run.report(), "{");

    assertThatThrownBy(() -> drivers.claimed(job))
        .hasMessageStartingWith("Cannot read " + run.report())
        .hasMessageEndingWith("(delete it, the run goes on without it)");
  }

  @Test
  void takesADirectoryForAnotherJobWhoseRunFailedBeforeItsFirstEpoch() {
    failBeforeTheFirstEpoch();

    Claimed claimed = drivers.claimed(job("two", "training: {seed: 2}"));

    assertThat(claimed.earlier()).isEmpty();
    assertThat(RunDescription.read(STORAGE, run).job()).isEqualTo("two");
    assertThat(STORAGE.exists(run.report())).isFalse();
  }

  @Test
  void setsRunsAsideUnderFreeNamesAndFencesTheirDrivers() {
    List<Claimed> claimed = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      RunClaim claim = drivers.claim();
      claim.setAside();
      claimed.add(taken(claim.claim(job, run.data())));
      drivers.recorder(claimed.get(i - 1)).begin();
    }

    assertThat(STORAGE.names(directory.toString())).containsExactly("run", "run.1", "run.2");
    assertThatThrownBy(() -> claimed.get(1).epoch().require())
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED));
    claimed.get(2).epoch().require();
  }

  @Test
  void refusesToSetAsideWhatIsNoRun() throws IOException {
    Files.createDirectories(directory.resolve("run"));
    Files.writeString(directory.resolve("run/thesis.txt"), "years of work");

    assertThatThrownBy(() -> drivers.claim().setAside())
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

    drivers.claim().setAside();

    drivers.claimed(job);
    assertThat(STORAGE.names(run.root())).containsExactly("data", "lease", "run.json");
    assertThat(STORAGE.names(directory.toString())).containsExactly("run");
  }

  @Test
  void leavesARunToTheLastOfManyDriversThatTakeItAtOnce() throws Exception {
    int count = 8;
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CyclicBarrier start = new CyclicBarrier(count);
    List<Future<Optional<Claimed>>> claims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RunClaim claim = drivers.claim();
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

    drivers.claimed(job);

    assertThat(RunDescription.read(STORAGE, run).job()).isEqualTo("one");
  }

  /** A run of one epoch, with its report and its model. */
  private RunReport complete() {
    RunRecorder recorder = drivers.recorder(drivers.claimed(job));
    recorder.epoch(
        new EpochReport(1, 0.5, 8, 1, 8, 1, 0, 0, 0, Optional.empty(), 0, Optional.empty()));
    ModelFiles.write(STORAGE, run, new StackNetwork(Networks.trained(1)), Networks.SCHEMA, "{}");
    return recorder.completed(new TrainingResult(10, "digest", 4, Optional.empty()));
  }

  private void failBeforeTheFirstEpoch() {
    drivers
        .recorder(drivers.claimed(job))
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
}
