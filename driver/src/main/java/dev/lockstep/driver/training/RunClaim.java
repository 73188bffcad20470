package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.checkpoint.DriverIdentity;
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
import dev.lockstep.common.storage.TransientFailure;
import dev.lockstep.driver.model.ModelFiles;
import java.util.List;
import java.util.Optional;

/**
 * Takes a run directory for a job, to begin its run or to go on with it, or says why not.
 *
 * <p>Which job the directory is for is decided by creating {@code run.json} exclusively, and by the
 * checkpoints where that is lost; which driver it belongs to, by the driver's epoch: the latest
 * driver has it. A directory whose run failed before there was anything to resume from is free for
 * another job.
 */
final class RunClaim {
  private final Storage storage;
  private final Progress progress;
  private final RunDirectory run;
  private final DriverIdentity driver;
  private int lastDriverBefore;

  RunClaim(Storage storage, Progress progress, RunDirectory run, DriverIdentity driver) {
    this.storage = storage;
    this.progress = progress;
    this.run = run;
    this.driver = driver;
  }

  /** What became of the claim. */
  sealed interface Outcome {}

  /** The job is complete already. */
  record Complete(RunReport report) implements Outcome {}

  /**
   * The directory is the caller's.
   *
   * @param description of the run as it goes on; {@link GoingOn} writes it once nothing speaks
   *     against that any more
   * @param earlier what an earlier driver reported of the same run
   */
  record Claimed(DriverEpoch epoch, RunDescription description, Optional<RunReport> earlier)
      implements Outcome {}

  /**
   * Claims the directory.
   *
   * @param data folder of the prepared data; the run remembers it as any process finds it
   * @throws LockstepException of kind CONFIG where it holds a run of another job, of kind FENCED
   *     where another driver claims it at this very moment
   */
  Outcome claim(JobConfig job, String data) {
    RunDescription wanted = describe(job, data);
    if (!storage.exists(run.description())) {
      RunDescription first = restored(wanted);
      if (storage.createExclusively(run.description(), first.json(storage, run))) {
        return new Claimed(epoch(), first, first.dataDigest().flatMap(known -> report()));
      }
    }
    Optional<RunReport> complete = complete(wanted);
    return complete.isPresent() ? new Complete(complete.get()) : takeOver(epoch(), wanted);
  }

  private RunDescription restored(RunDescription wanted) {
    return new LostDescription(storage, run, progress).restored(wanted);
  }

  private DriverEpoch epoch() {
    return DriverEpoch.claim(storage, run, driver, lastDriverBefore);
  }

  /**
   * Moves a run that is in the way aside, to the next free name, and fences its driver if it has
   * one. Data that was prepared for a first run stays.
   *
   * @throws LockstepException of kind CONFIG where the directory holds something else than a run
   */
  void setAside() {
    if (!storage.exists(run.description())) {
      refuseForeign();
      return;
    }
    DriverEpoch last = DriverEpoch.claim(storage, run, driver);
    int number = 1;
    while (storage.exists(run.root() + "." + number)) {
      number++;
    }
    String aside = run.root() + "." + number;
    storage.rename(run.root(), aside);
    lastDriverBefore = last.number();
    progress.line("Kept the earlier run as %s".formatted(aside));
  }

  /**
   * Looks again, now that nobody else may write: another driver may have been at work meanwhile.
   */
  private Claimed takeOver(DriverEpoch epoch, RunDescription wanted) {
    Optional<RunDescription> found = description();
    if (found.isEmpty()) {
      RunDescription first = restored(wanted);
      storage.writeAtomically(run.description(), first.json(storage, run));
      return new Claimed(epoch, first, first.dataDigest().flatMap(known -> report()));
    }
    if (isFree(wanted, found.get())) {
      storage.writeAtomically(run.description(), wanted.json(storage, run));
      storage.delete(run.report());
      return new Claimed(epoch, wanted, Optional.empty());
    }
    RunDifferences.refuse(run, found.get(), wanted);
    return new Claimed(epoch, found.get().continuedAs(wanted), report());
  }

  /** The report of a run of the same job that is complete; refuses a run of another job. */
  private Optional<RunReport> complete(RunDescription wanted) {
    Optional<RunDescription> found = description();
    if (found.isEmpty() || isFree(wanted, found.get())) {
      return Optional.empty();
    }
    RunDifferences.refuse(run, found.get(), wanted);
    int epochs = wanted.config().training().epochs();
    return report()
        .filter(report -> report.status() == RunStatus.COMPLETED)
        .filter(report -> report.configDigest().equals(wanted.configDigest()))
        .filter(report -> report.epochs().size() == epochs)
        .filter(report -> hasModel());
  }

  private boolean hasModel() {
    Optional<String> problem = ModelFiles.problem(storage, run);
    problem.ifPresent(
        why ->
            progress.line(
                "The run in %s is complete but its model is made anew: %s"
                    .formatted(run.root(), why)));
    return problem.isEmpty();
  }

  /** Whether a run of another job left nothing that could be lost. */
  private boolean isFree(RunDescription wanted, RunDescription found) {
    return !found.configDigest().equals(wanted.configDigest())
        && report()
            .filter(report -> report.status() == RunStatus.FAILED && report.epochs().isEmpty())
            .isPresent()
        && new CheckpointCatalog(storage, run).isEmpty(progress::line);
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

  /** Empty where there is none, or no more than a broken claim. */
  private Optional<RunDescription> description() {
    if (!storage.exists(run.description())) {
      return Optional.empty();
    }
    try {
      return Optional.of(RunDescription.read(storage, run));
    } catch (LockstepException e) {
      if (storage.readText(run.description()).isBlank()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Another driver may delete the report in the moment between a look and the reading. */
  private Optional<RunReport> report() {
    try {
      return storage.exists(run.report())
          ? Optional.of(Json.read(storage.readText(run.report()), RunReport.class, run.report()))
          : Optional.empty();
    } catch (LockstepException e) {
      if (!storage.exists(run.report())) {
        return Optional.empty();
      }
      throw TransientFailure.is(e)
          ? e
          : new LockstepException(
              e.kind(), e.getMessage() + " (delete it, the run goes on without it)", e);
    }
  }

  private RunDescription describe(JobConfig job, String data) {
    return new RunDescription(
        RunDescription.FORMAT_VERSION,
        job.job(),
        ConfigDigest.of(job),
        Optional.empty(),
        storage.qualify(data),
        Optional.empty(),
        job);
  }
}
