package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.CheckpointTimes;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.FailureReport;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.worker.spark.CheckpointNews;
import dev.lockstep.worker.training.TrainingResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps {@code report.json} true while a run goes on; may be told things from several threads. What
 * is written in passing is not waited for, may fail for the storage's reasons and is made good by
 * the next time.
 */
final class RunRecorder {
  /** Where checkpoints come fast, the report need not tell of each at once. */
  private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(10);

  private final ReportFile file;
  private final int driver;
  private final Clock clock;
  private final Instant started;
  private Instant written;
  private final double secondsBefore;
  private final String job;
  private final String configDigest;
  private final List<EpochReport> epochs = new ArrayList<>();
  private final List<RunEvent> events = new ArrayList<>();
  private RunStatus status = RunStatus.RUNNING;
  private int lanes;
  private int worldSize;
  private int attempts;
  private long parameters;
  private Optional<ComputePlan> compute = Optional.empty();
  private Optional<String> digest = Optional.empty();
  private long stepsOfEpoch;
  private long steps;
  private long samplesInEpoch;
  private CheckpointTimes checkpoints = CheckpointTimes.NONE;
  private Optional<Metrics> test = Optional.empty();
  private Optional<FailureReport> failure = Optional.empty();

  /** Of a run that has come to its end: it stays until the training goes on. */
  private Optional<RunReport> held;

  /**
   * A recorder of a run that has just been claimed.
   *
   * @param driver epoch of this driver
   * @param earlier the report that another driver of the run has left
   */
  RunRecorder(
      ReportFile file, int driver, Clock clock, RunDescription run, Optional<RunReport> earlier) {
    this.file = file;
    this.driver = driver;
    this.clock = clock;
    this.started = clock.instant();
    this.written = started;
    this.job = run.job();
    this.configDigest = run.configDigest();
    this.secondsBefore = earlier.map(RunReport::wallSeconds).orElse(0.0);
    this.held = earlier.filter(report -> hasEnded(report.status()));
    earlier.ifPresent(this::goOnFrom);
  }

  /**
   * Writes the report for the first time. That of a run that has come to its end stays until {@link
   * #goOn}, as it is true whatever keeps this driver from going on.
   */
  synchronized void begin() {
    if (held.isEmpty()) {
      file.write(report());
    }
  }

  /** The ranks begin to train: from here on the report is this driver's. */
  void goOn() {
    // outside the monitor: who tells of ranks must not wait for the storage
    firstReport().ifPresent(file::write);
    letGo();
  }

  private synchronized Optional<RunReport> firstReport() {
    return held.map(ended -> report());
  }

  private synchronized void letGo() {
    held = Optional.empty();
  }

  /** Attempts so far, those of earlier drivers included. */
  synchronized int attempts() {
    return attempts;
  }

  /** An attempt begins. */
  synchronized void attempt(int number, int ranks) {
    attempts = number;
    worldSize = ranks;
    writeInPassing();
  }

  /** How large the work is. */
  synchronized void size(int lanesOfJob, long parametersOfNetwork, long stepsOfEachEpoch) {
    lanes = lanesOfJob;
    parameters = parametersOfNetwork;
    stepsOfEpoch = stepsOfEachEpoch;
  }

  /** By which path each layer is computed. */
  synchronized void compute(ComputePlan plan) {
    compute = Optional.of(plan);
  }

  /**
   * The training goes on from a state, whatever was reported beyond it.
   *
   * @param done the epochs that the state has behind it; none where the training begins anew
   * @param samples of the unfinished epoch that the state has behind it
   */
  synchronized void goOnAfter(List<EpochReport> done, Position position, long samples) {
    epochs.clear();
    epochs.addAll(done);
    steps = stepsBefore(position);
    samplesInEpoch = samples;
  }

  /** An epoch is done; a message that comes after the end changes nothing. */
  synchronized void epoch(EpochReport epoch) {
    if (status == RunStatus.RUNNING) {
      epochs.add(epoch);
      steps = stepsBefore(new Position(epoch.epoch() + 1, 0));
      samplesInEpoch = 0;
      writeInPassing();
    }
  }

  /** A checkpoint is committed, maybe of an epoch that is done by now. */
  synchronized void checkpoint(
      CommittedCheckpoint done, CheckpointNews news, double commitSeconds) {
    checkpoints =
        checkpoints.committed(
            done.name(), news.stagingSeconds() + commitSeconds, news.exposedSeconds());
    if (stepsBefore(done.position()) > steps) {
      steps = stepsBefore(done.position());
      samplesInEpoch = news.samples();
    }
    if (Duration.between(written, clock.instant()).compareTo(BETWEEN_CHECKPOINTS) > 0) {
      writeInPassing();
    }
  }

  /** A checkpoint could not be taken. */
  synchronized void checkpointFailed(String message) {
    checkpoints = checkpoints.oneFailed();
    event(message);
  }

  /** An attempt failed, or was interrupted. */
  synchronized void attemptFailed(int number, LockstepException why) {
    attempts = Math.max(attempts, number);
    String end = why.kind() == FailureKind.INTERRUPTED ? "ended" : "failed";
    event("Attempt %d %s: %s".formatted(number, end, why.getMessage()));
  }

  /** Something happened that the reader of the report should know. */
  synchronized void event(String message) {
    events.add(eventOf(message));
    writeInPassing();
  }

  /** The training is over and its model is in place. */
  synchronized RunReport completed(TrainingResult result) {
    status = RunStatus.COMPLETED;
    parameters = result.parameters();
    digest = Optional.of(result.parametersSha256());
    steps = result.steps();
    samplesInEpoch = 0;
    test = result.test();
    RunReport report = report();
    file.writePatiently(report);
    return report;
  }

  /** The run ends with a failure, or stays at the end that it had come to before. */
  synchronized void failed(LockstepException why) {
    status = RunStatus.FAILED;
    FailureReport told = new FailureReport(why.kind(), why.kind().exitCode(), why.getMessage());
    failure = Optional.of(told);
    RunReport last =
        held.map(ended -> ended.withRefusal(told, eventOf("Not trained on: " + why.getMessage())))
            .orElseGet(this::report);
    switch (why.kind()) {
      case STORAGE, INTERRUPTED, FENCED -> file.write(last);
      case INTERNAL, CONFIG, DATA, CLUSTER, DIVERGED, GATE -> file.writePatiently(last);
    }
  }

  private void goOnFrom(RunReport earlier) {
    lanes = earlier.lanes();
    worldSize = earlier.worldSize();
    attempts = earlier.attempts();
    parameters = earlier.parameters();
    compute = earlier.compute();
    checkpoints = earlier.checkpoints();
    epochs.addAll(earlier.epochs());
    steps = earlier.steps();
    samplesInEpoch = earlier.samplesSeen() - samplesOfEpochs();
    events.addAll(earlier.events());
    Takeover takeover = Takeover.from(earlier.status(), earlier.failure());
    events.add(new RunEvent(driver, attempts, started.toString(), takeover.text(driver)));
  }

  private RunReport report() {
    return new RunReport(
        status,
        job,
        configDigest,
        lanes,
        worldSize,
        attempts,
        parameters,
        compute,
        digest,
        steps,
        samplesOfEpochs() + samplesInEpoch,
        secondsBefore + Duration.between(started, clock.instant()).toMillis() / 1e3,
        epochs,
        test,
        checkpoints,
        events,
        failure,
        Optional.empty());
  }

  private RunEvent eventOf(String message) {
    return new RunEvent(driver, attempts, clock.instant().toString(), message);
  }

  private long stepsBefore(Position position) {
    return (position.epoch() - 1L) * stepsOfEpoch + position.step();
  }

  private long samplesOfEpochs() {
    return epochs.stream().mapToLong(EpochReport::samples).sum();
  }

  private void writeInPassing() {
    if (held.isEmpty()) {
      written = clock.instant();
      file.writeSoon(report());
    }
  }

  private static boolean hasEnded(RunStatus status) {
    return switch (status) {
      case COMPLETED, STOPPED_EARLY -> true;
      case RUNNING, FAILED -> false;
    };
  }
}
