package dev.lockstep.worker.training;

import static dev.lockstep.worker.training.LocalTraining.AVERAGING;
import static dev.lockstep.worker.training.LocalTraining.EPOCHS;
import static dev.lockstep.worker.training.LocalTraining.SHARING;
import static dev.lockstep.worker.training.LocalTraining.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Networks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
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

/** The promise: the same job gives the same weights, bit for bit, for every number of ranks. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RankTrainingTest {
  @TempDir private static Path dataDirectory;
  @TempDir private static Path checkpointDirectory;
  private static SampleData data;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    data = SampleData.write(dataDirectory);
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
    Dataset dataset = network.takesImages() ? data.images() : data.vectors();
    LocalTraining training =
        LocalTraining.of(dataset, network.with(optimizer), job(48, 6, combine));
    assertThat(training.lanes()).isEqualTo(8);

    List<String> alone = training.digests(1);

    assertThat(alone).hasSize(1);
    for (int worldSize : new int[] {2, 3, 4, 5, 8}) {
      assertThat(training.digests(worldSize)).hasSize(worldSize).containsOnly(alone.get(0));
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
    Dataset dataset = network.takesImages() ? data.images() : data.vectors();
    MultiLayerConfiguration configuration = network.with(optimizer);
    LocalTraining training = LocalTraining.of(dataset, configuration, job(16, 16, SHARING));

    INDArray expected = plainFit(dataset, configuration, 16, 1);

    assertThat(parametersAfter(training.byDl4j(), 1)).isEqualTo(expected.toFloatVector());
    if (network.hasTheBitsOfDl4jOnEveryPath()) {
      assertThat(parametersAfter(training, 1)).isEqualTo(expected.toFloatVector());
    }
    for (String combine : List.of(AVERAGING, "{parameter-averaging: {every: 3, warm-up: 7}}")) {
      LocalTraining averaging = LocalTraining.of(dataset, configuration, job(16, 16, combine));
      assertThat(parametersAfter(averaging.byDl4j(), 1)).isEqualTo(expected.toFloatVector());
      if (network.hasTheBitsOfDl4jOnEveryPath()) {
        assertThat(parametersAfter(averaging, 1)).isEqualTo(expected.toFloatVector());
      }
    }
  }

  static Stream<Arguments> networksWithoutMicrobatchEffects() {
    return networksAndOptimizers()
        .filter(arguments -> !((Networks) arguments.get()[0]).dependsOnMicrobatches());
  }

  @ParameterizedTest
  @MethodSource("networksWithoutMicrobatchEffects")
  void equalsPlainFitOnTheGlobalBatchesWithManyLanes(Networks network, String optimizer) {
    Dataset dataset = network.takesImages() ? data.images() : data.vectors();
    MultiLayerConfiguration configuration = network.with(optimizer);
    LocalTraining training = LocalTraining.of(dataset, configuration, job(24, 6, SHARING));

    float[] expected = plainFit(dataset, configuration, 6, 4).toFloatVector();
    float[] trained = parametersAfter(training, 3);

    for (int i = 0; i < expected.length; i++) {
      assertThat(trained[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void reportsTheSameFiguresForEveryNumberOfRanks() {
    LocalTraining training =
        LocalTraining.of(data.vectors(), Networks.MLP.with("adam"), job(48, 6, SHARING));

    List<EpochReport> alone = training.reports(1);
    List<EpochReport> together = training.reports(5);

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
    LocalTraining training =
        LocalTraining.of(data.vectors(), Networks.MLP.with("adam"), job(48, 6, SHARING));

    for (EpochReport epoch : training.reports(2)) {
      double booked = epoch.computeSeconds() + epoch.exchangeSeconds() + epoch.inputSeconds();
      assertThat(booked / epoch.seconds()).isBetween(0.999, 1.001);
    }
  }

  @Test
  void readsManySmallMicrobatchesAheadAndFewLargeOnes() {
    assertThat(RankTraining.microbatchesAhead(1, 1)).isEqualTo(32);
    assertThat(RankTraining.microbatchesAhead(128, 784 + 10)).isEqualTo(10);
    assertThat(RankTraining.microbatchesAhead(8192, 4 + 1000)).isEqualTo(3);
    assertThat(RankTraining.microbatchesAhead(1 << 20, 1 << 20)).isEqualTo(3);
  }

  @Test
  void trainsWithMoreLanesThanSamples(@TempDir Path directory) throws IOException {
    Dataset few = Dataset.write(directory, new InputShape.Vector(12), 5, 2, SampleData.SEED);
    for (String combine : List.of(SHARING, AVERAGING)) {
      LocalTraining training = LocalTraining.of(few, Networks.MLP.with("sgd"), job(16, 2, combine));

      assertThat(training.digests(8)).containsOnly(training.digests(1).get(0));
    }
  }

  @Test
  void averagesOnceAnEpochWhereThePeriodIsLonger() {
    MultiLayerConfiguration network = Networks.MLP.with("adam");
    LocalTraining endless =
        LocalTraining.of(
            data.vectors(), network, job(48, 6, "{parameter-averaging: {every: 2147483647}}"));
    LocalTraining once =
        LocalTraining.of(data.vectors(), network, job(48, 6, "{parameter-averaging: {every: 5}}"));

    assertThat(endless.digests(3)).containsOnly(once.digests(1).get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {SHARING, AVERAGING})
  void leavesTheCountersThatPlainFitLeaves(String combine) {
    LocalTraining training =
        LocalTraining.of(data.vectors(), Networks.MLP.with("adam"), job(48, 6, combine));

    for (int worldSize : new int[] {1, 3, 8}) {
      MultiLayerNetwork network = trained(training, worldSize);

      assertThat(network.getIterationCount()).isEqualTo(EPOCHS * 5);
      assertThat(network.getEpochCount()).isEqualTo(EPOCHS);
    }
  }

  private static float[] parametersAfter(LocalTraining training, int worldSize) {
    return trained(training, worldSize).params().toFloatVector();
  }

  private static MultiLayerNetwork trained(LocalTraining training, int worldSize) {
    return ((StackNetwork) training.trained(worldSize, checkpointDirectory)).dl4j();
  }

  private static INDArray plainFit(
      Dataset dataset, MultiLayerConfiguration configuration, int microbatch, int lanes) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
    network.init();
    new PlainFit(dataset, microbatch, lanes)
        .run(
            (features, targets) -> network.fit(new DataSet(features, targets)),
            network::incrementEpochCount);
    return network.params();
  }
}
