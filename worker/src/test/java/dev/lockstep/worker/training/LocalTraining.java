package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.CheckpointNetwork;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.KeptCheckpoints;
import dev.lockstep.worker.testing.Ranks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/** A plan as it is trained by ranks that are threads of this JVM. */
record LocalTraining(TrainingPlan plan) {
  static final int EPOCHS = 2;
  static final String SHARING = "gradient-sharing";
  static final String GROUPS =
      "{parameter-averaging: {every: 1, groups: 2, between-groups-every: 2}}";
  static final String AVERAGING = "{parameter-averaging: {every: 3}}";

  static LocalTraining of(Dataset dataset, String network, JobConfig job) {
    return new LocalTraining(plan(dataset, network, job));
  }

  static TrainingPlan plan(Dataset dataset, String network, JobConfig job) {
    String directory = dataset.directory().toUri().toString();
    return ComputeTrial.choose(
        new Storage(Map.of()), TrainingPlan.fresh(job, dataset.manifest(), directory, network));
  }

  /** The training of a stack. */
  static LocalTraining of(Dataset dataset, MultiLayerConfiguration network, JobConfig job) {
    return of(dataset, network.toJson(), job);
  }

  /** A job for {@link SampleData}, whose network comes from elsewhere. */
  static JobConfig job(
      int globalBatchSize, int microbatchSize, String combine, String... overrides) {
    String text =
        """
        job: test
        data: {train: unused.csv, label: {column: label}}
        model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
        training: {epochs: %d, global-batch-size: %d, microbatch-size: %d, seed: %d, combine: %s}
        """
            .formatted(EPOCHS, globalBatchSize, microbatchSize, SampleData.SEED, combine);
    return JobFile.parse(text, "test.yaml", new Storage(Map.of()), List.of(overrides));
  }

  /** The same by DL4J alone. */
  LocalTraining byDl4j() {
    return new LocalTraining(plan.withCompute(ComputePlan.DL4J));
  }

  int lanes() {
    return plan.lanes();
  }

  /** What the parameters of each rank are at the end. */
  List<String> digests(int worldSize) {
    return run(worldSize, training -> Trained.by(training).digest());
  }

  /** What rank 0 reports of each epoch. */
  List<EpochReport> reports(int worldSize) {
    return run(worldSize, training -> Trained.by(training).epochs()).get(0);
  }

  /** Trains, and has the checkpoints stored. */
  void train(int worldSize, CheckpointSink sink) {
    run(worldSize, training -> training.run(new Reports(), sink));
  }

  /** Trains, and has the checkpoints stored while somebody watches all ranks. */
  void train(int worldSize, TrainingObserver observer, CheckpointSink sink) {
    run(worldSize, training -> training.run(observer, sink));
  }

  /** The network of the checkpoint at the end. */
  Network trained(int worldSize, Path directory) {
    KeptCheckpoints checkpoints = new KeptCheckpoints(directory);
    train(worldSize, checkpoints);
    int steps =
        new SampleOrder(
                plan.manifest().train().blockSizes(),
                plan.lanes(),
                Shuffle.EACH_EPOCH,
                SampleData.SEED)
            .steps(plan.job().training().microbatchSize());
    return CheckpointNetwork.of(checkpoints.last(), steps);
  }

  private <T> List<T> run(int worldSize, Function<RankTraining, T> body) {
    return Ranks.run(
        worldSize,
        plan.lanes(),
        group -> {
          try (RankTraining training =
              new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
            return body.apply(training);
          }
        });
  }

  /** What a rank ends with. */
  record Trained(String digest, List<EpochReport> epochs) {
    static Trained by(RankTraining training) {
      Reports reports = new Reports();
      return new Trained(training.run(reports, copy -> {}).parametersSha256(), reports.epochs);
    }
  }

  /** Keeps the reports of epochs. */
  static final class Reports implements TrainingObserver {
    private final List<EpochReport> epochs = new ArrayList<>();

    @Override
    public void stepDone(StepReport step) {
      assertThat(step.loss()).isFinite();
    }

    @Override
    public void epochDone(EpochReport epoch) {
      epochs.add(epoch);
    }
  }
}
