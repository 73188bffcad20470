package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointManifest;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.StagingArea;
import dev.lockstep.common.config.ConfigDigest;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.Count;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.resources.HadoopSettings;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.spark.AttemptSpec;
import dev.lockstep.worker.spark.AttemptSpec.Digests;
import dev.lockstep.worker.training.Start;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingResult;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Makes the attempts of one driver: each with as many ranks as there are slots for it. */
final class Attempts implements AttemptLoop.Body {
  private final String id = UUID.randomUUID().toString();
  private final JavaSparkContext spark;
  private final Storage storage;
  private final Progress progress;
  private final StopSignal stop;
  private final JobConfig job;
  private final GoingOn goingOn;
  private final PreparedDataset dataset;
  private final ComputePlan compute;
  private final SparkSlots slots;
  private final CheckpointKeeper keeper;
  private final Rollbacks rollbacks;
  private final RunRecorder recorder;
  private final NetworkConfiguration network;
  private final int lanes;
  private final EpochTable table;
  private final HostLosses losses = new HostLosses();

  /** Events that are told once, though they come in each attempt. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Whether the workers must not train, and there are no others. */
  private volatile boolean refused;

  Attempts(
      SparkSession session,
      Storage storage,
      Progress progress,
      StopSignal stop,
      JobConfig job,
      GoingOn goingOn,
      PreparedDataset dataset,
      ComputePlan compute,
      SparkSlots slots,
      CheckpointKeeper keeper,
      Rollbacks rollbacks,
      RunRecorder recorder) {
    this.spark = new JavaSparkContext(session.sparkContext());
    this.storage = storage;
    this.progress = progress;
    this.stop = stop;
    this.job = job;
    this.goingOn = goingOn;
    this.dataset = dataset;
    this.compute = compute;
    this.slots = slots;
    this.keeper = keeper;
    this.rollbacks = rollbacks;
    this.recorder = recorder;
    this.network = NetworkBuilder.build(job.model(), job.training(), dataset.manifest().schema());
    rollbacks.requirePossible(network);
    this.lanes = job.training().lanes(dataset.manifest().train().samples());
    requireCombinable();
    this.table = new EpochTable(progress, job.training().epochs());
    recorder.size(lanes, network.parameters(), dataset.steps(job.training()));
  }

  /** With full batches only the data tells how many lanes there are. */
  private void requireCombinable() {
    job.training()
        .combine()
        .problemWith(lanes)
        .ifPresent(
            problem -> {
              throw new LockstepException(FailureKind.CONFIG, problem);
            });
  }

  /** Makes the parameters of another run the start of this one, unless it has begun already. */
  void inherit(RunDirectory other) {
    if (keeper.restore(progress::line).isEmpty()) {
      String folder =
          new StagingArea(goingOn.run(), goingOn.driver()).folder(storage, Position.START);
      InheritedModel model = new InheritedModel(storage, progress, other);
      keeper.commit(model.stage(folder, network, digests().config(), digests().data()));
    }
  }

  @Override
  public TrainingResult run(int attempt, Optional<CommittedCheckpoint> from) {
    int ranks = WorldSize.of(job.cluster(), slots.availableTo(job.cluster()), lanes);
    recorder.attempt(attempt, ranks);
    announce(ranks);
    Optional<CheckpointManifest> origin =
        from.map(checkpoint -> checkpoint.open(storage).manifest());
    Start start =
        from.map(checkpoint -> goOnFrom(checkpoint, origin.orElseThrow())).orElseGet(this::begin);
    try (AttemptStart line =
        new AttemptStart(
            KernelRule.of(job, dataset.digest(), origin, this::tellOnce),
            this::writeDown,
            () -> refused = spark.isLocal())) {
      return new Attempt(spark, stop, keeper, losses)
          .run(spec(attempt, ranks, start), line, observer(), warnings());
    }
  }

  @Override
  public boolean canGoOn() {
    return !spark.sc().isStopped() && !refused;
  }

  private void writeDown() {
    goingOn.begin();
    table.header();
  }

  private void tellOnce(String event) {
    if (told.add(event)) {
      progress.line(event);
      recorder.event(event);
    }
  }

  /** All are shown; the report keeps the first of an attempt, since there may be many. */
  private Consumer<String> warnings() {
    AtomicBoolean reported = new AtomicBoolean();
    return warning -> {
      progress.line(warning);
      if (!reported.getAndSet(true)) {
        recorder.event(warning);
      }
    };
  }

  /** Without a checkpoint all begins anew, also what an attempt before has reported. */
  private Start begin() {
    recorder.goOnAfter(List.of(), Position.START, 0);
    return new Start.Fresh(rollbacks.goOnFrom(Optional.empty(), 0));
  }

  /** Tells what is resumed, and says so to the ranks. */
  private Start goOnFrom(CommittedCheckpoint checkpoint, CheckpointManifest manifest) {
    CheckpointState state = manifest.state();
    boolean sameData = manifest.dataDigest().equals(dataset.digest());
    Position position = sameData ? state.position() : new Position(state.position().epoch(), 0);
    if (!sameData) {
      requireEpochToTrain(position);
    }
    recorder.goOnAfter(state.epochs(), position, sameData ? state.samplesInEpoch() : 0);
    progress.line(
        "Going on after %s, from checkpoint %s".formatted(position.text(), checkpoint.name()));
    int done = rollbacks.goOnFrom(Optional.of(checkpoint), state.rollbacks());
    String folder = storage.qualify(checkpoint.folder());
    return sameData
        ? new Start.Checkpoint(folder, checkpoint.manifestSha256(), done)
        : new Start.EpochAgain(folder, checkpoint.manifestSha256(), done);
  }

  /** Weights are of no use with the preprocessing of data that they have not seen. */
  private void requireEpochToTrain(Position position) {
    if (position.epoch() > job.training().epochs()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot make the model of the run in %s anew: its data has changed since its last epoch (put it back, raise 'training.epochs', or --new-run starts over)"
              .formatted(goingOn.run().root()));
    }
  }

  private AttemptSpec spec(int attempt, int ranks, Start start) {
    return new AttemptSpec(
        id,
        attempt,
        ranks,
        Json.write(job),
        Json.write(dataset.manifest()),
        storage.qualify(dataset.directory()),
        rollbacks.slowed(network).toJson(),
        Json.write(compute),
        start,
        storage.qualify(goingOn.run().root()),
        goingOn.driver(),
        digests(),
        "lockstep-%s-%d".formatted(id, attempt),
        HadoopSettings.forWorkers(spark.sc()),
        AttemptKey.random(new SecureRandom()),
        GradientWire.of(spark.getConf()));
  }

  private Digests digests() {
    return new Digests(ConfigDigest.ofPath(job), dataset.digest());
  }

  private TrainingObserver observer() {
    return new TrainingObserver() {
      @Override
      public void stepDone(StepReport step) {
        table.stepDone(step);
      }

      @Override
      public void epochDone(EpochReport epoch) {
        recorder.epoch(epoch);
        table.epochDone(epoch);
      }

      @Override
      public void waitsForCheckpoint(Position position, Duration time) {
        table.waitsForCheckpoint(position, time);
      }
    };
  }

  private void announce(int ranks) {
    progress.line(
        "Training %s: %s, %s, %s on %s"
            .formatted(
                job.job(),
                Count.of(dataset.manifest().train().samples(), "sample"),
                Count.of(job.training().epochs(), "epoch"),
                Count.of(lanes, "lane"),
                Count.of(ranks, "worker")));
    progress.line("Computing %s".formatted(compute.summary()));
    GradientWire.warning(spark.getConf()).ifPresent(progress::line);
  }
}
