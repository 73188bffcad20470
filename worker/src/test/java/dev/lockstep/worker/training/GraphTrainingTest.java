package dev.lockstep.worker.training;

import static dev.lockstep.worker.training.LocalTraining.AVERAGING;
import static dev.lockstep.worker.training.LocalTraining.EPOCHS;
import static dev.lockstep.worker.training.LocalTraining.SHARING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.GraphNetwork;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The promise, for graphs: jobs with a ComputationGraphConfiguration as their model. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class GraphTrainingTest {
  @TempDir private static Path dataDirectory;
  @TempDir private static Path checkpointDirectory;
  @TempDir private static Path documents;
  private static SampleData data;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    data = SampleData.write(dataDirectory);
  }

  static Stream<Arguments> graphsAndOptimizers() {
    return Stream.of(Graphs.values())
        .flatMap(
            graph -> Stream.of("sgd", "adam").map(optimizer -> Arguments.of(graph, optimizer)));
  }

  static Stream<Arguments> graphsWithoutMicrobatchEffects() {
    return graphsAndOptimizers()
        .filter(arguments -> !((Graphs) arguments.get()[0]).dependsOnMicrobatches());
  }

  static Stream<Arguments> jobs() {
    return Stream.of(Graphs.values())
        .flatMap(
            graph -> Stream.of(SHARING, AVERAGING).map(combine -> Arguments.of(graph, combine)));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void givesTheSameBitsForEveryNumberOfRanks(Graphs graph, String combine) throws IOException {
    LocalTraining training = training(graph, "adam", 48, 6, combine);
    assertThat(training.lanes()).isEqualTo(8);

    List<String> alone = training.digests(1);

    assertThat(alone).hasSize(1);
    for (int worldSize : new int[] {2, 3, 5, 8}) {
      assertThat(training.digests(worldSize)).hasSize(worldSize).containsOnly(alone.get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("graphsAndOptimizers")
  void givesTheBitsOfPlainFitWithOneLane(Graphs graph, String optimizer) throws IOException {
    LocalTraining sharing = training(graph, optimizer, 16, 16, SHARING);
    LocalTraining averaging = training(graph, optimizer, 16, 16, AVERAGING);

    ComputationGraph plain = plainFit(graph, sharing.plan().network(), 16, 1);

    for (LocalTraining training : List.of(sharing, averaging)) {
      ComputationGraph trained = trained(training, 1);
      assertThat(trained.params()).isEqualTo(plain.params());
      assertThat(trained.getUpdater().getStateViewArray())
          .isEqualTo(plain.getUpdater().getStateViewArray());
    }
  }

  @ParameterizedTest
  @MethodSource("graphsWithoutMicrobatchEffects")
  void equalsPlainFitOnTheGlobalBatchesWithManyLanes(Graphs graph, String optimizer)
      throws IOException {
    LocalTraining training = training(graph, optimizer, 24, 6, SHARING);

    float[] expected = plainFit(graph, training.plan().network(), 6, 4).params().toFloatVector();
    float[] trained = trained(training, 3).params().toFloatVector();

    for (int i = 0; i < expected.length; i++) {
      assertThat(trained[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void reportsTheSameFiguresForEveryNumberOfRanks() throws IOException {
    LocalTraining training = training(Graphs.TWO_OUTPUTS, "adam", 48, 6, SHARING);

    List<EpochReport> alone = training.reports(1);
    List<EpochReport> together = training.reports(5);

    assertThat(alone).hasSize(EPOCHS);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      assertThat(together.get(epoch).trainLoss()).isEqualTo(alone.get(epoch).trainLoss());
      assertThat(together.get(epoch).validation()).isEqualTo(alone.get(epoch).validation());
    }
    assertThat(alone.get(1).trainLoss()).isLessThan(alone.get(0).trainLoss());
  }

  @ParameterizedTest
  @ValueSource(strings = {SHARING, AVERAGING})
  void leavesTheCountersThatPlainFitLeaves(String combine) throws IOException {
    LocalTraining training = training(Graphs.RESIDUAL, "adam", 48, 6, combine);

    for (int worldSize : new int[] {1, 3, 8}) {
      ComputationGraph network = trained(training, worldSize);

      assertThat(network.getIterationCount()).isEqualTo(EPOCHS * 5);
      assertThat(network.getEpochCount()).isEqualTo(EPOCHS);
    }
  }

  private static Dataset dataset(Graphs graph) {
    return graph.takesImages() ? data.images() : data.vectors();
  }

  private static ComputationGraph trained(LocalTraining training, int worldSize) {
    return ((GraphNetwork) training.trained(worldSize, checkpointDirectory)).dl4j();
  }

  private static ComputationGraph plainFit(
      Graphs graph, String configuration, int microbatch, int lanes) {
    ComputationGraph network =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
    network.init();
    new PlainFit(dataset(graph), microbatch, lanes)
        .run(
            (features, targets) ->
                network.fit(
                    Arrays.stream(graph.inputs())
                        .map(features::getColumns)
                        .toArray(INDArray[]::new),
                    IntStream.range(0, graph.outputs())
                        .mapToObj(output -> targets.dup())
                        .toArray(INDArray[]::new)),
            network::incrementEpochCount);
    return network;
  }

  private static LocalTraining training(
      Graphs graph, String optimizer, int globalBatchSize, int microbatchSize, String combine)
      throws IOException {
    Dataset dataset = dataset(graph);
    JobConfig job = job(graph, graph.with(optimizer), globalBatchSize, microbatchSize, combine);
    NetworkConfiguration network =
        NetworkBuilder.build(job.model(), job.training(), dataset.manifest().schema());
    assertThat(network).isInstanceOf(GraphConfiguration.class);
    return LocalTraining.of(dataset, network.toJson(), job);
  }

  private static JobConfig job(
      Graphs graph,
      ComputationGraphConfiguration configuration,
      int globalBatchSize,
      int microbatchSize,
      String combine)
      throws IOException {
    Path document = Files.writeString(documents.resolve(graph + ".json"), configuration.toJson());
    String inputs =
        graph == Graphs.TWO_INPUTS ? "inputs: {right: auto, left: [x1, x4, x5, x9]}" : "";
    String text =
        """
        job: test
        data: {train: unused, %s}
        model:
          dl4j: %s
          %s
        training: {epochs: %d, global-batch-size: %d, microbatch-size: %d, seed: %d, combine: %s}
        """
            .formatted(
                graph.takesImages() ? "format: idx" : "label: {column: label}",
                document,
                inputs,
                EPOCHS,
                globalBatchSize,
                microbatchSize,
                SampleData.SEED,
                combine);
    return JobFile.parse(text, "test.yaml", new Storage(Map.of()), List.of());
  }
}
