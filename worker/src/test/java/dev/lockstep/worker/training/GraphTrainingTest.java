package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.KeyedRandom;
import dev.lockstep.common.data.LaneCursor;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.CheckpointNetwork;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.GraphNetwork;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Graphs;
import dev.lockstep.worker.testing.KeptCheckpoints;
import dev.lockstep.worker.testing.Ranks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
import org.nd4j.linalg.factory.Nd4j;

/** The promise, for graphs: jobs with a ComputationGraphConfiguration as their model. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class GraphTrainingTest {
  private static final long SEED = 42;
  private static final int EPOCHS = 2;
  private static final String SHARING = "gradient-sharing";
  private static final String AVERAGING = "{parameter-averaging: {every: 3}}";

  @TempDir private static Path vectorDirectory;
  @TempDir private static Path checkpointDirectory;
  @TempDir private static Path imageDirectory;
  @TempDir private static Path documents;
  private static Dataset vectors;
  private static Dataset images;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    vectors = Dataset.write(vectorDirectory, new InputShape.Vector(12), 205, 20, SEED);
    images = Dataset.write(imageDirectory, new InputShape.Image(1, 8, 8), 100, 20, SEED);
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
    TrainingPlan plan = plan(graph, "adam", 48, 6, combine);
    assertThat(plan.lanes()).isEqualTo(8);

    List<String> alone = digests(plan, 1);

    assertThat(alone).hasSize(1);
    for (int worldSize : new int[] {2, 3, 5, 8}) {
      assertThat(digests(plan, worldSize)).hasSize(worldSize).containsOnly(alone.get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("graphsAndOptimizers")
  void givesTheBitsOfPlainFitWithOneLane(Graphs graph, String optimizer) throws IOException {
    TrainingPlan sharing = plan(graph, optimizer, 16, 16, SHARING);
    TrainingPlan averaging = plan(graph, optimizer, 16, 16, AVERAGING);

    ComputationGraph plain = plainFit(graph, sharing.network(), 16, 1);

    for (TrainingPlan plan : List.of(sharing, averaging)) {
      ComputationGraph trained = trained(plan, 1);
      assertThat(trained.params()).isEqualTo(plain.params());
      assertThat(trained.getUpdater().getStateViewArray())
          .isEqualTo(plain.getUpdater().getStateViewArray());
    }
  }

  @ParameterizedTest
  @MethodSource("graphsWithoutMicrobatchEffects")
  void equalsPlainFitOnTheGlobalBatchesWithManyLanes(Graphs graph, String optimizer)
      throws IOException {
    TrainingPlan plan = plan(graph, optimizer, 24, 6, SHARING);

    float[] expected = plainFit(graph, plan.network(), 6, 4).params().toFloatVector();
    float[] trained = trained(plan, 3).params().toFloatVector();

    for (int i = 0; i < expected.length; i++) {
      assertThat(trained[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void reportsTheSameFiguresForEveryNumberOfRanks() throws IOException {
    TrainingPlan plan = plan(Graphs.TWO_OUTPUTS, "adam", 48, 6, SHARING);

    List<EpochReport> alone = reports(plan, 1);
    List<EpochReport> together = reports(plan, 5);

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
    TrainingPlan plan = plan(Graphs.RESIDUAL, "adam", 48, 6, combine);

    for (int worldSize : new int[] {1, 3, 8}) {
      ComputationGraph network = trained(plan, worldSize);

      assertThat(network.getIterationCount()).isEqualTo(EPOCHS * 5);
      assertThat(network.getEpochCount()).isEqualTo(EPOCHS);
    }
  }

  private static Dataset dataset(Graphs graph) {
    return graph.takesImages() ? images : vectors;
  }

  private static List<String> digests(TrainingPlan plan, int worldSize) {
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

  /** The network of the checkpoint at the end. */
  private static ComputationGraph trained(TrainingPlan plan, int worldSize) {
    KeptCheckpoints checkpoints = new KeptCheckpoints(checkpointDirectory);
    run(plan, worldSize, training -> training.run(new Reports(), checkpoints));
    int steps =
        new SampleOrder(
                plan.manifest().train().blockSizes(), plan.lanes(), Shuffle.EACH_EPOCH, SEED)
            .steps(plan.job().training().microbatchSize());
    return ((GraphNetwork) CheckpointNetwork.of(checkpoints.last(), steps)).dl4j();
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
  private static ComputationGraph plainFit(
      Graphs graph, String configuration, int microbatch, int lanes) {
    ComputationGraph network =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
    network.init();
    SampleOrder order =
        new SampleOrder(
            dataset(graph).manifest().train().blockSizes(), lanes, Shuffle.EACH_EPOCH, SEED);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      List<LaneCursor> cursors = new ArrayList<>();
      for (int lane = 0; lane < lanes; lane++) {
        cursors.add(order.epoch(epoch).lane(lane));
      }
      for (int step = 0; step < order.steps(microbatch); step++) {
        Nd4j.getRandom().setSeed(KeyedRandom.hash(SEED, epoch, step, 0));
        fitGlobalBatch(graph, network, cursors, microbatch);
      }
      network.incrementEpochCount();
    }
    return network;
  }

  private static void fitGlobalBatch(
      Graphs graph, ComputationGraph network, List<LaneCursor> cursors, int microbatch) {
    List<float[]> features = new ArrayList<>();
    List<float[]> labels = new ArrayList<>();
    for (LaneCursor cursor : cursors) {
      for (int i = 0; i < microbatch && cursor.advance(); i++) {
        int sample = cursor.block() * 20 + cursor.row();
        features.add(dataset(graph).features().get(sample));
        float[] oneHot = new float[3];
        oneHot[dataset(graph).labels().get(sample)] = 1;
        labels.add(oneHot);
      }
    }
    INDArray all = Nd4j.create(features.toArray(new float[0][]));
    INDArray targets = Nd4j.create(labels.toArray(new float[0][]));
    network.fit(
        Arrays.stream(graph.inputs()).map(all::getColumns).toArray(INDArray[]::new),
        IntStream.range(0, graph.outputs())
            .mapToObj(output -> targets.dup())
            .toArray(INDArray[]::new));
  }

  private static TrainingPlan plan(
      Graphs graph, String optimizer, int globalBatchSize, int microbatchSize, String combine)
      throws IOException {
    Dataset dataset = dataset(graph);
    JobConfig job = job(graph, graph.with(optimizer), globalBatchSize, microbatchSize, combine);
    NetworkConfiguration network =
        NetworkBuilder.build(job.model(), job.training(), dataset.manifest().schema());
    assertThat(network).isInstanceOf(GraphConfiguration.class);
    return new TrainingPlan(
        job,
        dataset.manifest(),
        dataset.directory().toUri().toString(),
        network.toJson(),
        new Start.Fresh(0));
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
                SEED,
                combine);
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
