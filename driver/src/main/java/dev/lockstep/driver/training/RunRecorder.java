package dev.lockstep.driver.training;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.FailureReport;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.training.TrainingResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps {@code report.json} true while a run goes on; may be told things from several threads. What
 * it writes fails with kind FENCED where another driver has taken the directory.
 */
final class RunRecorder {
  private final Storage storage;
  private final Ownership ownership;
  private final Clock clock;
  private final Instant started;
  private RunReport report;

  /** A recorder of a run that has just been claimed. */
  RunRecorder(Storage storage, Ownership ownership, Clock clock, String job, String configDigest) {
    this.storage = storage;
    this.ownership = ownership;
    this.clock = clock;
    this.started = clock.instant();
    this.report =
        new RunReport(
            RunStatus.RUNNING,
            job,
            configDigest,
            0,
            0,
            0,
            0,
            Optional.empty(),
            0,
            0,
            0,
            List.of(),
            Optional.empty(),
            Optional.empty());
    write();
  }

  /** An attempt begins. */
  synchronized void attempt(int number, int lanes, int worldSize, long parameters) {
    report =
        new RunReport(
            RunStatus.RUNNING,
            report.job(),
            report.configDigest(),
            lanes,
            worldSize,
            number,
            parameters,
            Optional.empty(),
            report.steps(),
            report.samplesSeen(),
            wallSeconds(),
            report.epochs(),
            Optional.empty(),
            Optional.empty());
    write();
  }

  /** An epoch of so many steps is done; a message that comes after the end changes nothing. */
  synchronized void epoch(EpochReport epoch, int steps) {
    if (report.status() != RunStatus.RUNNING) {
      return;
    }
    List<EpochReport> epochs = Stream.concat(report.epochs().stream(), Stream.of(epoch)).toList();
    report =
        with(
            RunStatus.RUNNING,
            report.steps() + steps,
            report.samplesSeen() + epoch.samples(),
            epochs,
            Optional.empty());
    write();
  }

  /** The training is over and its model is in place. */
  synchronized RunReport completed(TrainingResult result) {
    report =
        new RunReport(
            RunStatus.COMPLETED,
            report.job(),
            report.configDigest(),
            report.lanes(),
            report.worldSize(),
            report.attempts(),
            result.parameters(),
            Optional.of(result.parametersSha256()),
            result.steps(),
            report.samplesSeen(),
            wallSeconds(),
            report.epochs(),
            result.test(),
            Optional.empty());
    write();
    return report;
  }

  /** The run ends with a failure. */
  synchronized void failed(LockstepException failure) {
    FailureReport why =
        new FailureReport(failure.kind(), failure.kind().exitCode(), failure.getMessage());
    report =
        with(
            RunStatus.FAILED,
            report.steps(),
            report.samplesSeen(),
            report.epochs(),
            Optional.of(why));
    write();
  }

  private RunReport with(
      RunStatus status,
      long steps,
      long samplesSeen,
      List<EpochReport> epochs,
      Optional<FailureReport> failure) {
    return new RunReport(
        status,
        report.job(),
        report.configDigest(),
        report.lanes(),
        report.worldSize(),
        report.attempts(),
        report.parameters(),
        report.parametersSha256(),
        steps,
        samplesSeen,
        wallSeconds(),
        epochs,
        report.test(),
        failure);
  }

  private double wallSeconds() {
    return Duration.between(started, clock.instant()).toMillis() / 1e3;
  }

  private void write() {
    ownership.require();
    storage.writeAtomically(ownership.run().report(), Json.write(report));
  }
}
