package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointStore;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Retention;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.OnDivergence;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.driver.training.Training.ChangedData;
import dev.lockstep.worker.model.CheckpointNetwork;
import dev.lockstep.worker.training.TrainingResult;
import org.apache.spark.sql.SparkSession;

/** A claimed run: prepares the data, attempts to train until that succeeds, saves the model. */
final class RunTraining {
  private final SparkSession session;
  private final Storage storage;
  private final Progress progress;
  private final StopSignal stop;
  private final JobConfig job;
  private final RunDirectory run;
  private final Claimed claimed;
  private final RunRecorder recorder;
  private final RunEvents events;
  private final Preparation preparation;
  private final Patience patience;

  RunTraining(
      SparkSession session,
      Storage storage,
      Progress progress,
      StopSignal stop,
      JobConfig job,
      RunDirectory run,
      Claimed claimed,
      RunRecorder recorder) {
    this.session = session;
    this.storage = storage;
    this.progress = progress;
    this.stop = stop;
    this.job = job;
    this.run = run;
    this.claimed = claimed;
    this.recorder = recorder;
    this.events = new RunEvents(recorder, progress);
    this.preparation = new Preparation(session, storage, progress);
    this.patience = Patience.of(job.checkpoint().retryBudget(), events::tell);
  }

  /** Trains to the end. */
  RunReport train(ChangedData changedData) {
    GentleStop gentle = gentleStop();
    SparkSlots slots = new SparkSlots(session.sparkContext(), stop, progress);
    WorldSize.requireSlots(job.cluster(), slots.availableTo(job.cluster()));
    RunData data = new RunData(run, claimed, changedData);
    PreparedDataset dataset = patience.call("prepare the data", () -> prepare(data));
    String preprocessing = patience.call("read the preprocessing", () -> preprocessing(dataset));
    if (data.hasChanged(dataset)) {
      recorder.event("The data has changed, which was accepted");
    }
    ComputePlan compute =
        patience.call(
            "choose the compute paths", () -> new RunCompute(storage).of(claimed, dataset));
    recorder.compute(compute);
    try (CheckpointKeeper keeper = keeper()) {
      keeper.collectOrphans();
      gentle.trainingBegins();
      TrainingResult result = attempt(dataset, compute, slots, keeper);
      patience.run("save the model", () -> saveModel(keeper, dataset, preprocessing));
      return recorder.completed(result);
    }
  }

  /** Cancels Spark's jobs on request, those of a training after it had its time to stop. */
  private GentleStop gentleStop() {
    String group = "lockstep-" + job.job();
    GentleStop gentle =
        new GentleStop(
            () -> session.sparkContext().cancelJobGroup(group),
            job.cluster().grace(),
            System::nanoTime);
    session.sparkContext().setJobGroup(group, "Lockstep job " + job.job(), true);
    stop.onRequest(gentle);
    return gentle;
  }

  private CheckpointKeeper keeper() {
    return new CheckpointKeeper(
        store(),
        recorder,
        progress,
        job.checkpoint().tolerateFailures(),
        this::isNeeded,
        System::nanoTime);
  }

  /** Attempts until one comes to the end. */
  private TrainingResult attempt(
      PreparedDataset dataset, ComputePlan compute, SparkSlots slots, CheckpointKeeper keeper) {
    Rollbacks rollbacks = new Rollbacks(job.training().onDivergence(), keeper, end(), events::tell);
    Attempts attempts =
        new Attempts(
            session,
            storage,
            progress,
            stop,
            job,
            goingOn(dataset, compute),
            dataset,
            compute,
            slots,
            keeper,
            rollbacks,
            recorder);
    job.model().from().ifPresent(other -> attempts.inherit(new RunDirectory(other)));
    return new AttemptLoop(
            keeper,
            rollbacks,
            recorder,
            job.cluster(),
            progress,
            time -> StopAwarePause.await(stop, time))
        .run(attempts);
  }

  private GoingOn goingOn(PreparedDataset dataset, ComputePlan compute) {
    RunDescription description =
        claimed.description().withData(dataset.digest()).withCompute(compute);
    return new GoingOn(storage, run, claimed.epoch(), description, recorder, patience);
  }

  /** Of the end the model is made; to the start of an epoch a training may have to go back. */
  private boolean isNeeded(Position position) {
    return position.equals(end())
        || (position.startsEpoch()
            && job.training().onDivergence() instanceof OnDivergence.Rollback);
  }

  private Position end() {
    return new Position(job.training().epochs() + 1, 0);
  }

  private CheckpointStore store() {
    Retention retention = Retention.of(job.checkpoint(), job.training().onDivergence());
    return CheckpointStore.open(storage, run, claimed.epoch(), retention, patience);
  }

  /** The model is that of the checkpoint at the end of the training, and of no other. */
  private void saveModel(CheckpointKeeper keeper, PreparedDataset dataset, String preprocessing) {
    CommittedCheckpoint last =
        keeper
            .restore(progress::line)
            .filter(checkpoint -> checkpoint.position().equals(end()))
            .orElseThrow(
                () ->
                    new LockstepException(
                        FailureKind.STORAGE,
                        "Cannot save the model of %s: the checkpoint of its end is damaged (the same command trains that part again)"
                            .formatted(run.root())));
    claimed.epoch().require();
    ModelFiles.write(
        storage,
        run,
        CheckpointNetwork.of(last.open(storage), dataset.steps(job.training())),
        dataset.manifest().schema(),
        preprocessing);
    keeper.collectOrphans(); // no rank is at work any more
  }

  /** To be read at once: another job may prepare the folder anew meanwhile. */
  private String preprocessing(PreparedDataset dataset) {
    return storage.readText(dataset.directory() + "/" + PreparedDataset.PREPROCESSING);
  }

  private PreparedDataset prepare(RunData data) {
    PreparationTurn turn =
        new PreparationTurn(
            claimed.epoch(),
            job.checkpoint().retryBudget(),
            time -> StopAwarePause.await(stop, time),
            progress::line);
    return turn.take(
        () ->
            preparation.prepare(
                job,
                claimed.description().data(),
                dataset -> {
                  refuseEmpty(dataset);
                  data.compare(dataset);
                }));
  }

  private static void refuseEmpty(PreparedDataset dataset) {
    if (dataset.manifest().train().samples() == 0) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot train on %s: no sample is left for training (lower 'data.test' and"
                  .formatted(dataset.directory())
              + " 'data.validation')");
    }
  }
}
