package dev.lockstep.driver.training;

import static dev.lockstep.driver.training.RunDrivers.STORAGE;
import static dev.lockstep.driver.training.RunDrivers.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.FailureReport;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Replicas;
import dev.lockstep.worker.spark.CheckpointNews;
import dev.lockstep.worker.training.TrainingResult;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the report of a run says after attempts and drivers that did not come to its end. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RunRecorderTest {
  private final JobConfig job = job("one", "training: {seed: 1}");
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
  void ignoresAnEpochThatIsReportedAfterTheEnd() {
    RunRecorder recorder =
        drivers.recorder(drivers.claimed(job), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    recorder.failed(new LockstepException(FailureKind.CLUSTER, "Rank 1 is gone"));
    String report = STORAGE.readText(run.report());

    recorder.epoch(firstEpoch(8));
    awaitReport(recorder);

    assertThat(STORAGE.readText(run.report())).isEqualTo(report).contains("failed");
  }

  @Test
  void forgetsEpochsThatAnAttemptHasToTrainAgain() {
    RunRecorder recorder = drivers.recorder(drivers.claimed(job));
    EpochReport first = firstEpoch(8);
    recorder.epoch(first);

    recorder.goOnAfter(List.of(), Position.START, 0);
    recorder.epoch(first);
    awaitReport(recorder);

    RunReport report = report();
    assertThat(report.epochs()).containsExactly(first);
    assertThat(report.samplesSeen()).isEqualTo(8);
  }

  @Test
  void countsTheStepsOfAnUnfinishedEpochUpToItsLastCheckpoint() {
    RunRecorder recorder = drivers.recorder(drivers.claimed(job));
    recorder.size(1, 7, 10);
    recorder.epoch(firstEpoch(80));

    commit(recorder, new Position(2, 3), 24);
    commit(recorder, new Position(1, 5), 40);
    recorder.failed(new LockstepException(FailureKind.CLUSTER, "Rank 1 is gone"));

    assertThat(report().steps()).isEqualTo(13);
    assertThat(report().samplesSeen()).isEqualTo(104);
    RunRecorder next = drivers.recorder(drivers.claimed(job));
    next.begin();
    assertThat(report().samplesSeen()).isEqualTo(104);
  }

  private static EpochReport firstEpoch(long samples) {
    return new EpochReport(
        1, 0.5, samples, 1, samples, 1, 0, 0, 0, Optional.empty(), 0, Optional.empty());
  }

  private static void commit(RunRecorder recorder, Position position, long samples) {
    recorder.checkpoint(
        new CommittedCheckpoint(1, 1, "name", "folder", "sha", position, Optional.empty()),
        new CheckpointNews(
            new Staged("folder", "sha", position, new Replicas(1, 1)),
            Optional.empty(),
            samples,
            0.1,
            0.2,
            Optional.empty()),
        0.3);
  }

  @Test
  void keepsTheHistoryOfADriverThatWasLost() {
    RunRecorder first = drivers.recorder(drivers.claimed(job));
    first.attempt(3, 2);
    first.attemptFailed(3, new LockstepException(FailureKind.CLUSTER, "Rank 1 is gone"));
    first.attemptFailed(4, new LockstepException(FailureKind.INTERRUPTED, "Interrupted rank 1"));
    awaitReport(first);

    RunRecorder second = drivers.recorder(drivers.claimed(job));
    second.begin();

    assertThat(second.attempts()).isEqualTo(4);
    RunReport report = report();
    assertThat(report.events())
        .extracting(RunEvent::driver, RunEvent::message)
        .containsExactly(
            tuple(1, "Attempt 3 failed: Rank 1 is gone"),
            tuple(1, "Attempt 4 ended: Interrupted rank 1"),
            tuple(2, "Driver 2 takes the run over: the one before was lost, or loses it now"));
  }

  @Test
  void leavesTheReportOfARunThatIsCompleteUntilItsTrainingGoesOn() {
    TrainingResult end = new TrainingResult(10, "digest", 4, Optional.empty());
    RunReport complete = drivers.recorder(drivers.claimed(job)).completed(end);

    RunRecorder refused = drivers.recorder(drivers.claimed(job));
    refused.begin();
    refused.event("Failed to prepare the data, trying again");
    refused.failed(new LockstepException(FailureKind.DATA, "The data has changed"));
    assertThat(report())
        .usingRecursiveComparison()
        .ignoringFields("events", "refusal")
        .isEqualTo(complete);
    assertThat(report().refusal()).map(FailureReport::exitCode).hasValue(3);

    RunRecorder extended = drivers.recorder(drivers.claimed(job));
    extended.begin();
    extended.goOn();
    assertThat(report().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(report().refusal()).isEmpty();
    extended.failed(new LockstepException(FailureKind.DIVERGED, "The loss is NaN"));
    assertThat(report().status()).isEqualTo(RunStatus.FAILED);
  }

  private RunReport report() {
    return Json.read(STORAGE.readText(run.report()), RunReport.class, run.report());
  }

  /** Reports are written in the order in which they come, and the first is waited for. */
  private static void awaitReport(RunRecorder recorder) {
    recorder.begin();
  }
}
