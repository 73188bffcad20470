package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.ClusterRules;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.driver.training.RunClaim.Complete;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * A run from its claim to its report: begins it, or goes on with what an earlier driver has left,
 * and says how it ended.
 */
public final class Training {
  /** After the grace the jobs of Spark are cancelled, and attempts come to their end. */
  private static final Duration CANCELLING = Duration.ofSeconds(2);

  /** For the report of a run that was stopped. */
  private static final Duration LEAVING = Duration.ofSeconds(3);

  private final SparkSession session;
  private final Storage storage;
  private final Progress progress;
  private final StopSignal stop;
  private final Clock clock;

  public Training(
      SparkSession session, Storage storage, Progress progress, StopSignal stop, Clock clock) {
    this.session = session;
    this.storage = storage;
    this.progress = progress;
    this.stop = stop;
    this.clock = clock;
  }

  /** What becomes of a run that the directory holds already. */
  public enum Existing {
    /** A complete run of the same job is reported, an unfinished one resumed, any other refused. */
    KEEP,
    /** It is moved to a name of its own. */
    SET_ASIDE
  }

  /** What becomes of a run whose data is not what it was. */
  public enum ChangedData {
    REFUSE,
    /** The unfinished epoch begins again, on the new data. */
    ACCEPT
  }

  /**
   * Trains a job in a run directory; refuses data that has changed.
   *
   * @see #run(JobConfig, RunDirectory, Existing, ChangedData)
   */
  public RunReport run(JobConfig job, RunDirectory run, Existing existing) {
    return run(job, run, existing, ChangedData.REFUSE);
  }

  /**
   * Trains a job in a run directory.
   *
   * @return the final report; that of the earlier run where the same job is complete already
   * @throws LockstepException of any kind; the report tells of it where the directory was claimed,
   *     as its refusal where the run had come to its end before
   */
  public RunReport run(
      JobConfig job, RunDirectory run, Existing existing, ChangedData changedData) {
    ClusterRules.refuseDynamicAllocation(
        session.sparkContext().getConf().get("spark.dynamicAllocation.enabled", "false"));
    DriverIdentity driver = DriverIdentities.of(session.sparkContext(), clock);
    RunClaim claim = new RunClaim(storage, progress, run, driver);
    Patience patience = Patience.of(job.checkpoint().retryBudget(), progress::line);
    return StopDeadline.over(
        stop,
        System::nanoTime,
        deadline -> {
          patience.run("look for the run to start from", () -> requireStart(job, run, existing));
          if (existing == Existing.SET_ASIDE) {
            claim.setAside();
          }
          return run(job, run, claim, changedData, patience, deadline);
        });
  }

  /** A run with a checkpoint depends no more on the one that it started from. */
  private void requireStart(JobConfig job, RunDirectory run, Existing existing) {
    Optional<RunDirectory> from = job.model().from().map(RunDirectory::new);
    if (from.isEmpty()) {
      return;
    }
    switch (existing) {
      case KEEP -> {
        if (new CheckpointCatalog(storage, run).isEmpty(progress::line)) {
          new InheritedModel(storage, progress, from.get()).requireCheckpoint();
        }
      }
      case SET_ASIDE -> {
        refuseItself(run, from.get());
        new InheritedModel(storage, progress, from.get()).requireCheckpoint();
      }
    }
  }

  private void refuseItself(RunDirectory run, RunDirectory from) {
    if (storage.qualify(run.root()).equals(storage.qualify(from.root()))) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot start from run %s ('model.from'): it is the one that --new-run sets aside (name another --run)"
              .formatted(from.root()));
    }
  }

  private RunReport run(
      JobConfig job,
      RunDirectory run,
      RunClaim claim,
      ChangedData changedData,
      Patience patience,
      StopDeadline deadline) {
    RunClaim.Outcome outcome =
        patience.call(
            "claim the run in " + run.root(),
            () -> claim.claim(job, job.data().prepared().orElse(run.data())));
    if (outcome instanceof Complete complete) {
      progress.line(
          "The run in %s is complete already, for the data it was trained on (--new-run trains again)"
              .formatted(run.root()));
      return complete.report();
    }
    return train(job, run, (Claimed) outcome, changedData, patience, deadline);
  }

  private RunReport train(
      JobConfig job,
      RunDirectory run,
      Claimed claimed,
      ChangedData changedData,
      Patience patience,
      StopDeadline deadline) {
    try (ReportFile file = new ReportFile(storage, run, claimed.epoch(), patience)) {
      RunRecorder recorder =
          new RunRecorder(
              file, claimed.epoch().number(), clock, claimed.description(), claimed.earlier());
      patience.run("write the report", recorder::begin);
      RunTraining training =
          new RunTraining(session, storage, progress, stop, job, run, claimed, recorder);
      deadline.grant(job.cluster().grace().plus(CANCELLING));
      try {
        return training.train(changedData);
      } catch (RuntimeException | Error e) {
        deadline.grant(LEAVING);
        throw reported(recorder, explain(e, claimed));
      }
    }
  }

  private static LockstepException reported(RunRecorder recorder, LockstepException failure) {
    try {
      recorder.failed(failure);
    } catch (LockstepException again) { // must not take the place of the first failure
      failure.addSuppressed(again);
    }
    return failure;
  }

  /**
   * Where another driver has the run, whatever failed follows from that; else from a stop, or from
   * the end of the application.
   */
  private LockstepException explain(Throwable failure, Claimed claimed) {
    try {
      claimed.epoch().require();
    } catch (LockstepException e) {
      if (e.kind() == FailureKind.FENCED) {
        e.addSuppressed(failure);
        return e;
      }
    }
    LockstepException found = LockstepException.in(failure);
    if (stop.requested()) {
      return Interruptions.explain(found);
    }
    return session.sparkContext().isStopped() ? EndedApplication.explain(found) : found;
  }
}
