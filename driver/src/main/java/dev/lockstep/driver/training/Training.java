package dev.lockstep.driver.training;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.ClusterRules;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.resources.HadoopSettings;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.model.TrainedState;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.spark.AttemptSpec;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingResult;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * A run from its claim to its report: prepares the data, trains on the cluster, saves the model.
 *
 * <p>One attempt is made; a run that fails is not resumed.
 */
public final class Training {
  private static final int ATTEMPT = 1;

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final Storage storage;
  private final Progress progress;
  private final StopSignal stop;
  private final Clock clock;

  public Training(
      SparkSession session, Storage storage, Progress progress, StopSignal stop, Clock clock) {
    this.session = session;
    this.spark = new JavaSparkContext(session.sparkContext());
    this.storage = storage;
    this.progress = progress;
    this.stop = stop;
    this.clock = clock;
  }

  /** What becomes of a run that the directory holds already. */
  public enum Existing {
    /** A complete run of the same job is reported, any other refused. */
    KEEP,
    /** It is moved to a name of its own. */
    SET_ASIDE
  }

  /**
   * Trains a job in a run directory.
   *
   * @return the final report; that of the earlier run where the same job is complete already
   * @throws LockstepException of any kind; the report tells of it where the directory was claimed
   */
  public RunReport run(JobConfig job, RunDirectory run, Existing existing) {
    ClusterRules.refuseDynamicAllocation(
        spark.getConf().get("spark.dynamicAllocation.enabled", "false"));
    String data = job.data().prepared().orElse(run.data());
    RunClaim claim = new RunClaim(storage, progress, run, UUID.randomUUID().toString());
    if (existing == Existing.SET_ASIDE) {
      claim.setAside();
    }
    Optional<RunReport> complete = claim.claim(job, data);
    if (complete.isPresent()) {
      progress.line(
          "The run in %s is complete already, for the data it was trained on (--new-run trains again)"
              .formatted(run.root()));
      return complete.get();
    }
    RunRecorder recorder = claim.record(job, clock);
    try {
      return train(job, run, data, claim, recorder);
    } catch (RuntimeException | Error e) {
      LockstepException failure =
          stop.requested() ? Interruptions.of(e) : claim.ownership().explain(e);
      cleanUp(failure, () -> recorder.failed(failure));
      cleanUp(failure, () -> discardStaging(claim.ownership()));
      throw failure;
    }
  }

  private RunReport train(
      JobConfig job, RunDirectory run, String data, RunClaim claim, RunRecorder recorder) {
    String group = "lockstep-" + job.job();
    SparkSlots slots = new SparkSlots(spark.sc(), stop, progress);
    WorldSize.requireSlots(job.cluster(), slots.availableTo(job.cluster()));
    spark.setJobGroup(group, "Lockstep job " + job.job(), true);
    GentleStop gentle = new GentleStop(() -> spark.cancelJobGroup(group), System::nanoTime);
    stop.onRequest(gentle);
    PreparedDataset dataset = new Preparation(session, storage, progress).prepare(job, data);
    String preprocessing = storage.readText(dataset.directory() + "/preprocessing.json");
    claim.complete(job, data, dataset.digest());
    refuseEmpty(dataset);
    NetworkConfiguration network =
        NetworkBuilder.build(job.model(), job.training(), dataset.manifest().schema());
    int lanes = job.training().lanes(dataset.manifest().train().samples());
    int worldSize = WorldSize.of(job.cluster(), slots.availableTo(job.cluster()), lanes);
    AttemptSpec spec = spec(job, claim.ownership(), dataset, network, worldSize);
    recorder.attempt(ATTEMPT, lanes, worldSize, network.parameters());
    announce(job, dataset, lanes, worldSize);
    gentle.trainingBegins();
    TrainingResult result =
        new Attempt(spark, stop).run(spec, observer(job, dataset, recorder), progress::line);
    claim.ownership().require();
    saveModel(run, dataset, preprocessing, spec.stagingDirectory());
    discardStaging(claim.ownership());
    return recorder.completed(result);
  }

  private AttemptSpec spec(
      JobConfig job,
      Ownership ownership,
      PreparedDataset dataset,
      NetworkConfiguration network,
      int worldSize) {
    String id = UUID.randomUUID().toString();
    return new AttemptSpec(
        id,
        ATTEMPT,
        worldSize,
        Json.write(job),
        Json.write(dataset.manifest()),
        storage.qualify(dataset.directory()),
        network.toJson(),
        "%s/%s-attempt-%d"
            .formatted(storage.qualify(ownership.run().staging()), ownership.owner(), ATTEMPT),
        "lockstep-" + id,
        AttemptSpec.settings(HadoopSettings.in(spark.getConf())),
        AttemptKey.random(new SecureRandom()),
        GradientWire.of(spark.getConf()));
  }

  private TrainingObserver observer(JobConfig job, PreparedDataset dataset, RunRecorder recorder) {
    EpochTable table = new EpochTable(progress, job.training().epochs());
    table.header();
    int steps = Steps.anEpoch(job.training(), dataset.manifest());
    return new TrainingObserver() {
      @Override
      public void stepDone(StepReport step) {
        table.stepDone(step);
      }

      @Override
      public void epochDone(EpochReport epoch) {
        recorder.epoch(epoch, steps);
        table.epochDone(epoch);
      }
    };
  }

  private void saveModel(
      RunDirectory run, PreparedDataset dataset, String preprocessing, String staged) {
    Network network = TrainedState.read(storage, staged);
    ModelFiles.write(storage, run, network, dataset.manifest().schema(), preprocessing);
  }

  private void discardStaging(Ownership ownership) {
    ownership.require();
    storage.delete(ownership.run().staging());
  }

  /** Nothing that goes wrong after a failure may take its place. */
  private static void cleanUp(LockstepException failure, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void announce(JobConfig job, PreparedDataset dataset, int lanes, int worldSize) {
    progress.line(
        "Training %s: %,d samples, %d epochs, %d lanes on %d workers"
            .formatted(
                job.job(),
                dataset.manifest().train().samples(),
                job.training().epochs(),
                lanes,
                worldSize));
    GradientWire.warning(spark.getConf()).ifPresent(progress::line);
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
