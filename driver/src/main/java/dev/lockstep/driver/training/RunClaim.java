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
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Takes a run directory for a job, or says why not.
 *
 * <p>A free directory is taken by creating {@code run.json} exclusively, so of two drivers that
 * start together one gets it. A directory whose run failed before its first epoch is free again:
 * nothing is lost with it. It is taken over under a lock, within which it is looked at again, since
 * another driver may have taken it over meanwhile.
 */
final class RunClaim {
  private final Storage storage;
  private final Progress progress;
  private final RunDirectory run;
  private final String owner;

  /**
   * A claim that is yet to be made.
   *
   * @param owner random name of this driver
   */
  RunClaim(Storage storage, Progress progress, RunDirectory run, String owner) {
    this.storage = storage;
    this.progress = progress;
    this.run = run;
    this.owner = owner;
  }

  /**
   * Moves a run that is in the way aside, to the next free name. Data that was prepared for a first
   * run stays.
   *
   * @throws LockstepException of kind CONFIG where the directory holds something else than a run
   */
  void setAside() {
    if (!storage.exists(run.description())) {
      refuseForeign();
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
   * @throws LockstepException of kind FENCED where another driver is about to take it over
   */
  Optional<RunReport> claim(JobConfig job, String data) {
    RunDescription description = describe(job, data, Optional.empty());
    if (storage.createExclusively(run.description(), Json.write(description))) {
      return Optional.empty();
    }
    if (isFree()) {
      takeOver(description);
      return Optional.empty();
    }
    refuseOther(job, description);
    Optional<RunReport> report = report();
    if (report.isPresent() && report.get().status() == RunStatus.COMPLETED) {
      return report;
    }
    throw new LockstepException(
        FailureKind.CONFIG,
        "Cannot train in %s: its run is unfinished and cannot be resumed%s"
            .formatted(run.root(), " (if nobody else is at it, start over with --new-run)"));
  }

  /** Adds to the claim which data the run uses. */
  void complete(JobConfig job, String data, String dataDigest) {
    ownership().require();
    storage.writeAtomically(
        run.description(), Json.write(describe(job, data, Optional.of(dataDigest))));
  }

  /** Begins the report of a directory just claimed; gives the directory back where that fails. */
  RunRecorder record(JobConfig job, Clock clock) {
    try {
      return new RunRecorder(storage, ownership(), clock, job.job(), ConfigDigest.of(job));
    } catch (LockstepException e) {
      try {
        ownership().require();
        storage.delete(run.description());
      } catch (LockstepException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  Ownership ownership() {
    return new Ownership(storage, run, owner);
  }

  private void takeOver(RunDescription description) {
    if (!storage.createExclusively(run.takeover(), owner)) {
      throw fenced(" (if none is, delete %s)".formatted(run.takeover()));
    }
    try {
      if (!isFree()) {
        throw fenced("");
      }
      storage.writeAtomically(run.description(), Json.write(description));
      storage.delete(run.report());
    } finally {
      storage.delete(run.takeover());
    }
    progress.line(
        "Starting anew in %s: its run failed before the first epoch".formatted(run.root()));
  }

  private LockstepException fenced(String hint) {
    return new LockstepException(
        FailureKind.FENCED,
        "Cannot train in %s: another driver is taking it over%s".formatted(run.root(), hint));
  }

  private void refuseForeign() {
    List<String> names =
        storage.names(run.root()).stream()
            .filter(name -> !run.data().equals(run.root() + "/" + name))
            .toList();
    if (!names.isEmpty()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot set %s aside: it holds '%s' but no run.json, so it is not a run (name another --run)"
              .formatted(run.root(), names.get(0)));
    }
  }

  private void refuseOther(JobConfig job, RunDescription wanted) {
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

  /** Whether what is there failed before its first epoch, or is no more than a broken claim. */
  private boolean isFree() {
    return report()
        .map(report -> report.status() == RunStatus.FAILED && report.epochs().isEmpty())
        .orElseGet(() -> !isReadable(storage.readText(run.description())));
  }

  private boolean isReadable(String description) {
    try {
      Json.read(description, RunDescription.class, run.description());
      return true;
    } catch (LockstepException e) {
      return false;
    }
  }

  /** Another driver may delete the report in the moment between a look and the reading. */
  private Optional<RunReport> report() {
    try {
      return storage.exists(run.report())
          ? Optional.of(Json.read(storage.readText(run.report()), RunReport.class, run.report()))
          : Optional.empty();
    } catch (LockstepException e) {
      if (storage.exists(run.report())) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private RunDescription describe(JobConfig job, String data, Optional<String> dataDigest) {
    return new RunDescription(
        RunDescription.FORMAT_VERSION,
        owner,
        job.job(),
        ConfigDigest.of(job),
        dataDigest,
        data,
        job);
  }
}
