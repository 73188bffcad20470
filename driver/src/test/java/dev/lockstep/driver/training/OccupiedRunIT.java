package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.Training.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a training whose directory is not an empty one of its own. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OccupiedRunIT extends LocalRun {
  private static final Storage STORAGE = new Storage(Map.of());

  @Test
  void doesNothingWhereTheRunIsComplete() {
    RunReport first = jobs.train("digits.yaml", run.root(), "training.epochs=1");

    RunReport second =
        jobs.train("digits.yaml", run.root(), "training.epochs=1", "cluster.workers=2");

    assertThat(second).isEqualTo(first);
    assertThat(progress.lines)
        .anyMatch(line -> line.contains("is complete already, for the data it was trained on"));
  }

  @Test
  void refusesTheDirectoryOfAnotherJob() {
    jobs.train("digits.yaml", run.root(), "training.epochs=1");

    assertThatThrownBy(
            () -> jobs.train("digits.yaml", run.root(), "training.epochs=1", "training.seed=5"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessageStartingWith(
            "Cannot go on with the run in %s: 'training.seed' is 5 but was", run.root());
  }

  @Test
  void setsAnEarlierRunAsideWhereANewOneIsWanted() {
    jobs.train("digits.yaml", run.root(), "training.epochs=1");
    JobConfig job = SampleJobs.job("digits.yaml", "training.epochs=2");

    RunReport report = jobs.training().run(job, run, Existing.SET_ASIDE);

    assertThat(report.epochs()).hasSize(2);
    assertThat(directory.resolve("run.1/report.json")).exists();
  }

  @Test
  void endsAsFencedWhereAnotherDriverTakesTheDirectory() {
    DriverIdentity another = new DriverIdentity("another", "app-2", "elsewhere", 1, "today");
    progress.afterFirstEpoch(
        () -> {
          await().until(() -> jobs.report(run).epochs().size() == 1);
          DriverEpoch.claim(STORAGE, run, another);
        });

    assertThatThrownBy(() -> jobs.train("digits.yaml", run.root(), "training.epochs=200"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessage(
            "Cannot go on with the run in %s: another driver (application app-2, process 1 on"
                + " elsewhere, started at today) took it over",
            run.root());
    assertThat(jobs.report(run).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(jobs.report(run).epochs()).hasSize(1);
  }

  @Test
  void startsAnewWhereNoEpochWasDone() {
    assertThatThrownBy(() -> jobs.train("digits.yaml", run.root(), "data.train=missing.csv"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA));

    assertThat(jobs.train("digits.yaml", run.root(), "training.epochs=1").epochs()).hasSize(1);
  }

  @Test
  void refusesARunDirectoryThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "in the way");

    assertThatThrownBy(() -> jobs.train("digits.yaml", file + "/run"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageStartingWith("Cannot create " + file + "/run/run.json");
  }
}
