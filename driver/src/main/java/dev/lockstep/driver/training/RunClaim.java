package dev.lockstep.driver.training;

import dev.lockstep.common.config.ConfigDigest;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.Optional;

/**
 * Takes a run directory for a job, or says why not.
 *
 * <p>A free directory is taken by creating {@code run.json} exclusively, so of two drivers that
 * start together one gets it. A directory whose run failed before its first epoch is free again:
 * nothing is lost with it.
 */
final class RunClaim {
  private final Storage storage;
  private final Progress progress;

  RunClaim(Storage storage, Progress progress) {
    this.storage = storage;
    this.progress = progress;
  }

  /** Moves a run that is in the way aside, to the next free name. */
  void setAside(RunDirectory run) {
    if (!storage.exists(run.root())) {
      return;
    }
    int number = 1;
    while (storage.exists(run.root() + "." + number)) {
      number++;
    }
    String aside = run.root() + "." + number;
    storage.rename(run.root(), aside);
    progress.line("Kept the earlier run as %s".formatted(aside));
  }

  /**
   * Claims the directory.
   *
   * @return the report of the same job where it is complete already; empty where the directory is
   *     now the caller's
   */
  Optional<RunReport> claim(JobConfig job, RunDirectory run, String data) {
    RunDescription description = describe(job, data, Optional.empty());
    if (storage.createExclusively(run.description(), Json.write(description))) {
      return Optional.empty();
    }
    Optional<RunReport> report = report(run);
    if (report.isPresent() && lostNothing(report.get())) {
      progress.line(
          "Starting anew in %s: its run failed before the first epoch".formatted(run.root()));
      storage.delete(run.description());
      storage.delete(run.report());
      return claim(job, run, data);
    }
    refuseOther(job, run, description);
    if (report.isPresent() && report.get().status() == RunStatus.COMPLETED) {
      return report;
    }
    throw new LockstepException(
        FailureKind.CONFIG,
        "Cannot train in %s: its run is unfinished and cannot be resumed%s"
            .formatted(run.root(), " (if nobody else is at it, start over with --new-run)"));
  }

  /** Adds to the claim which data the run uses. */
  void complete(JobConfig job, RunDirectory run, String data, String dataDigest) {
    storage.writeAtomically(
        run.description(), Json.write(describe(job, data, Optional.of(dataDigest))));
  }

  private void refuseOther(JobConfig job, RunDirectory run, RunDescription wanted) {
    RunDescription found =
        Json.read(storage.readText(run.description()), RunDescription.class, run.description());
    if (!found.configDigest().equals(wanted.configDigest())) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot train job '%s' in %s: the directory holds a run of job '%s' with another configuration"
                  .formatted(job.job(), run.root(), found.job())
              + " (name another --run, or set that one aside with --new-run)");
    }
  }

  private Optional<RunReport> report(RunDirectory run) {
    return storage.exists(run.report())
        ? Optional.of(Json.read(storage.readText(run.report()), RunReport.class, run.report()))
        : Optional.empty();
  }

  private static boolean lostNothing(RunReport report) {
    return report.status() == RunStatus.FAILED && report.epochs().isEmpty();
  }

  private static RunDescription describe(JobConfig job, String data, Optional<String> dataDigest) {
    return new RunDescription(
        RunDescription.FORMAT_VERSION, job.job(), ConfigDigest.of(job), dataDigest, data, job);
  }
}
