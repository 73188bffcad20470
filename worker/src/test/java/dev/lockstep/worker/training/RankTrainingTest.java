package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.KeyedRandom;
import dev.lockstep.common.data.LaneCursor;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.CheckpointNetwork;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.KeptCheckpoints;
import dev.lockstep.worker.testing.Networks;
import dev.lockstep.worker.testing.Ranks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** The promise: the same job gives the same weights, bit for bit, for every number of ranks. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RankTrainingTest {
  private static final long SEED = 42;
  private static final int EPOCHS = 2;
  private static final String SHARING = "gradient-sharing";
  private static final String AVERAGING = "{parameter-averaging: {every: 3}}";

  @TempDir private static Path vectorDirectory;
  @TempDir private static Path imageDirectory;
  @TempDir private static Path checkpointDirectory;
  private static Dataset vectors;
  private static Dataset images;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    vectors = Dataset.write(vectorDirectory, new InputShape.Vector(12), 205, 20, SEED);
    images = Dataset.write(imageDirectory, new InputShape.Image(1, 8, 8), 100, 20, SEED);
  }

  static Stream<Arguments> jobs() {
    return Stream.of(Networks.values())
        .flatMap(
            network ->
                Stream.of("sgd", "momentum", "adam")
                    .flatMap(
                        optimizer ->
                            Stream.of(SHARING, AVERAGING)
                                .map(combine -> Arguments.of(network, optimizer, combine))));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void givesTheSameBitsForEveryNumberOfRanks(Networks network, String optimizer, String combine) {
    Dataset dataset = network.takesImages() ? images : vectors;
    TrainingPlan plan = plan(dataset, network.with(optimizer), job(48, 6, combine));
    assertThat(plan.lanes()).isEqualTo(8);

    List<String> alone = train(plan, 1);

    assertThat(alone).hasSize(1);
    for (int worldSize : new int[] {2, 3, 4, 5, 8}) {
      assertThat(train(plan, worldSize)).hasSize(worldSize).containsOnly(alone.get(0));
    }
  }

  static Stream<Arguments> networksAndOptimizers() {
    return Stream.of(Networks.values())
        .flatMap(
            network ->
                Stream.of("sgd", "momentum", "adam")
                    .map(optimizer -> Arguments.of(network, optimizer)));
  }

  @ParameterizedTest
  @MethodSource("networksAndOptimizers")
  void givesTheBitsOfPlainFitWithOneLane(Networks network, String optimizer) {
    Dataset dataset = network.takesImages() ? images : vectors;
    MultiLayerConfiguration configuration = network.with(optimizer);
    TrainingPlan plan = plan(dataset, configuration, job(16, 16, SHARING));

    INDArray expected = plainFit(dataset, configuration, 16, 1);

    assertThat(parametersAfter(plan, 1)).isEqualTo(expected.toFloatVector());
    TrainingPlan averaging = plan(dataset, configuration, job(16, 16, AVERAGING));
    assertThat(parametersAfter(averaging, 1)).isEqualTo(expected.toFloatVector());
  }

  static Stream<Arguments> networksWithoutMicrobatchEffects() {
    return networksAndOptimizers()
        .filter(arguments -> !((Networks) arguments.get()[0]).dependsOnMicrobatches());
  }

  @ParameterizedTest
  @MethodSource("networksWithoutMicrobatchEffects")
  void equalsPlainFitOnTheGlobalBatchesWithManyLanes(Networks network, String optimizer) {
    Dataset dataset = network.takesImages() ? images : vectors;
    MultiLayerConfiguration configuration = network.with(optimizer);
    TrainingPlan plan = plan(dataset, configuration, job(24, 6, SHARING));

    float[] expected = plainFit(dataset, configuration, 6, 4).toFloatVector();
    float[] trained = parametersAfter(plan, 3);

    for (int i = 0; i < expected.length; i++) {
      assertThat(trained[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void reportsTheSameFiguresForEveryNumberOfRanks() {
    TrainingPlan plan = plan(vectors, Networks.MLP.with("adam"), job(48, 6, SHARING));

    List<EpochReport> alone = reports(plan, 1);
    List<EpochReport> together = reports(plan, 5);

    assertThat(alone).hasSize(EPOCHS);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      assertThat(together.get(epoch).trainLoss()).isEqualTo(alone.get(epoch).trainLoss());
      assertThat(together.get(epoch).validation()).isEqualTo(alone.get(epoch).validation());
      assertThat(together.get(epoch).samples()).isEqualTo(205);
    }
    assertThat(alone.get(1).trainLoss()).isLessThan(alone.get(0).trainLoss());
  }

  @Test
  void booksTheWholeTimeOfAnEpoch() {
    TrainingPlan plan = plan(vectors, Networks.MLP.with("adam"), job(48, 6, SHARING));

    for (EpochReport epoch : reports(plan, 2)) {
      double booked = epoch.computeSeconds() + epoch.exchangeSeconds() + epoch.inputSeconds();
      assertThat(booked / epoch.seconds()).isBetween(0.999, 1.001);
    }
  }

  @Test
  void trainsWithMoreLanesThanSamples(@TempDir Path directory) throws IOException {
    Dataset few = Dataset.write(directory, new InputShape.Vector(12), 5, 2, SEED);
    for (String combine : List.of(SHARING, AVERAGING)) {
      TrainingPlan plan = plan(few, Networks.MLP.with("sgd"), job(16, 2, combine));

      assertThat(train(plan, 8)).containsOnly(train(plan, 1).get(0));
    }
  }

  @Test
  void averagesOnceAnEpochWhereThePeriodIsLonger() {
    MultiLayerConfiguration network = Networks.MLP.with("adam");
    TrainingPlan endless =
        plan(vectors, network, job(48, 6, "{parameter-averaging: {every: 2147483647}}"));
    TrainingPlan once = plan(vectors, network, job(48, 6, "{parameter-averaging: {every: 5}}"));

    assertThat(train(endless, 3)).containsOnly(train(once, 1).get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {SHARING, AVERAGING})
  void leavesTheCountersThatPlainFitLeaves(String combine) {
    TrainingPlan plan = plan(vectors, Networks.MLP.with("adam"), job(48, 6, combine));

    for (int worldSize : new int[] {1, 3, 8}) {
      MultiLayerNetwork network = trained(plan, worldSize);

      assertThat(network.getIterationCount()).isEqualTo(EPOCHS * 5);
      assertThat(network.getEpochCount()).isEqualTo(EPOCHS);
    }
  }

  @Test
  void refusesParametersThatAreNotFinite() {
    MultiLayerConfiguration configuration = Networks.MLP.with("sgd");
    setLearningRate(configuration, 1e39);
    TrainingPlan plan = plan(vectors, configuration, job(205, 205, SHARING));

    assertThatThrownBy(() -> train(plan, 1))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED))
        .hasMessageStartingWith("Cannot go on after epoch 1: a parameter is not finite (lower");
  }

  @Test
  void namesEpochAndStepOfALossThatIsNotFinite() {
    MultiLayerConfiguration configuration = Networks.MLP.with("sgd");
    setLearningRate(configuration, 1e30);
    TrainingPlan plan = plan(vectors, configuration, job(48, 6, SHARING));

    assertThatThrownBy(() -> train(plan, 3))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED))
        .hasMessageMatching(
            "Cannot go on after epoch 1, step [23]: the loss is (NaN|Infinity) \\(lower"
                + " 'training.optimizer.learning-rate'.*");
  }

  private static void setLearningRate(MultiLayerConfiguration configuration, double rate) {
    configuration
        .getConfs()
        .forEach(conf -> ((BaseLayer) conf.getLayer()).setIUpdater(new Sgd(rate)));
  }

  private static List<String> train(TrainingPlan plan, int worldSize) {
    return run(
        plan, worldSize, training -> training.run(new Reports(), copy -> {}).parametersSha256());
  }

  private static List<EpochReport> reports(TrainingPlan plan, int worldSize) {
    return run(
            plan,
            worldSize,
            training -> {
              Reports reports = new Reports();
              training.run(reports, copy -> {});
              return reports.epochs;
            })
        .get(0);
  }

  private static float[] parametersAfter(TrainingPlan plan, int worldSize) {
    return trained(plan, worldSize).params().toFloatVector();
  }

  /** The network of the checkpoint at the end. */
  private static MultiLayerNetwork trained(TrainingPlan plan, int worldSize) {
    KeptCheckpoints checkpoints = new KeptCheckpoints(checkpointDirectory);
    run(plan, worldSize, training -> training.run(new Reports(), checkpoints));
    int steps =
        new SampleOrder(
                plan.manifest().train().blockSizes(), plan.lanes(), Shuffle.EACH_EPOCH, SEED)
            .steps(plan.job().training().microbatchSize());
    return ((StackNetwork) CheckpointNetwork.of(checkpoints.last(), steps)).dl4j();
  }

  private static <T> List<T> run(TrainingPlan plan, int worldSize, Function<RankTraining, T> body) {
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

  /**
   * The same samples in the same order through DL4J alone: global batch s is batch s of every lane.
   */
  private static INDArray plainFit(
      Dataset dataset, MultiLayerConfiguration configuration, int microbatch, int lanes) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
    network.init();
    SampleOrder order =
        new SampleOrder(dataset.manifest().train().blockSizes(), lanes, Shuffle.EACH_EPOCH, SEED);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      List<LaneCursor> cursors = new ArrayList<>();
      for (int lane = 0; lane < lanes; lane++) {
        cursors.add(order.epoch(epoch).lane(lane));
      }
      for (int step = 0; step < order.steps(microbatch); step++) {
        Nd4j.getRandom().setSeed(KeyedRandom.hash(SEED, epoch, step, 0));
        network.fit(globalBatch(dataset, cursors, microbatch));
      }
      network.incrementEpochCount();
    }
    return network.params();
  }

  private static DataSet globalBatch(Dataset dataset, List<LaneCursor> cursors, int microbatch) {
    List<float[]> features = new ArrayList<>();
    List<float[]> labels = new ArrayList<>();
    for (LaneCursor cursor : cursors) {
      for (int i = 0; i < microbatch && cursor.advance(); i++) {
        int sample = cursor.block() * 20 + cursor.row();
        features.add(dataset.features().get(sample));
        float[] oneHot = new float[3];
        oneHot[dataset.labels().get(sample)] = 1;
        labels.add(oneHot);
      }
    }
    return new DataSet(
        Nd4j.create(features.toArray(new float[0][])), Nd4j.create(labels.toArray(new float[0][])));
  }

  private static TrainingPlan plan(
      Dataset dataset, MultiLayerConfiguration network, JobConfig job) {
    return new TrainingPlan(
        job,
        dataset.manifest(),
        dataset.directory().toUri().toString(),
        network.toJson(),
        new Start.Fresh(0));
  }

  private static JobConfig job(int globalBatchSize, int microbatchSize, String combine) {
    String text =
        """
        job: test
        data: {train: unused.csv, label: {column: label}}
        model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
        training: {epochs: %d, global-batch-size: %d, microbatch-size: %d, seed: %d, combine: %s}
        """
            .formatted(EPOCHS, globalBatchSize, microbatchSize, SEED, combine);
    return JobFile.parse(text, "test.yaml", new Storage(Map.of()), List.of());
  }

  /** Keeps the reports of epochs. */
  private static final class Reports implements TrainingObserver {
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
