package dev.lockstep.worker.training;

import static dev.lockstep.worker.training.LocalTraining.SHARING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Graphs;
import dev.lockstep.worker.testing.NetRanks;
import dev.lockstep.worker.testing.Networks;
import dev.lockstep.worker.testing.Ranks;
import dev.lockstep.worker.testing.Sequences;
import dev.lockstep.worker.training.LocalTraining.Trained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training whose gradients leave layer by layer gives the bits of one that sends them whole. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OverlapTest {
  /** So small that nearly every layer has a bucket of its own. */
  private static final int LEAST_BUCKET = 20;

  private static final List<NetRanks> LAYOUTS =
      List.of(NetRanks.on(1, 1), NetRanks.on(1, 1, 1), NetRanks.on(3, 2));

  @TempDir private static Path directory;
  private static SampleData data;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    data = SampleData.write(directory);
  }

  static Stream<Arguments> networks() {
    Stream<Arguments> stacks =
        Stream.of(Networks.MLP, Networks.MLP_WITH_BATCH_NORM, Networks.LENET_WITH_BATCH_NORM)
            .map(
                network ->
                    arguments(network, network.takesImages(), network.with("adam").toJson()));
    Stream<Arguments> graphs =
        Stream.of(Graphs.VERTICES, Graphs.CONVOLUTIONS)
            .map(graph -> arguments(graph, graph.takesImages(), graph.with("adam").toJson()));
    Stream<Arguments> sequences =
        Stream.of(arguments(Sequences.LSTM, false, Sequences.LSTM.configuration().toJson()));
    return Stream.of(stacks, graphs, sequences).flatMap(arguments -> arguments);
  }

  private static Arguments arguments(Enum<?> name, boolean images, String network) {
    return Arguments.of(
        "%s %s".formatted(name.getDeclaringClass().getSimpleName(), name),
        images ? data.images() : data.vectors(),
        network);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void givesTheSameBitsWithAndWithoutIt(String name, Dataset dataset, String network) {
    TrainingPlan without = plan(dataset, network, "off", "{}");
    TrainingPlan with = plan(dataset, network, "on", "{}");
    assertThat(with.lanes()).isEqualTo(8);

    String expected = digests(without, 1).get(0);

    assertThat(digests(without, 3)).containsOnly(expected);
    for (int worldSize : new int[] {1, 2, 3, 5, 8}) {
      assertThat(digests(with, worldSize)).hasSize(worldSize).containsOnly(expected);
    }
    for (NetRanks layout : LAYOUTS) {
      assertThat(layout.run(with.lanes(), group -> train(with, group).digest()))
          .as("ranks of the nodes: %s", layout.jvms())
          .containsOnly(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{precision: bfloat16}",
        "{sparsify: {threshold: {value: 0.01}}}",
        "{precision: bfloat16, sparsify: {top-k: {fraction: 0.1}}}"
      })
  void givesTheSameBitsOfCompressedGradientsWithAndWithoutIt(String exchange) {
    String network = Networks.LENET_WITH_BATCH_NORM.with("adam").toJson();
    TrainingPlan without = plan(data.images(), network, "off", exchange);
    TrainingPlan with = plan(data.images(), network, "on", exchange);

    String expected = digests(without, 1).get(0);

    assertThat(digests(with, 3)).containsOnly(expected);
    assertThat(digests(with, 8)).containsOnly(expected);
    for (NetRanks layout : LAYOUTS) {
      assertThat(layout.run(with.lanes(), group -> train(with, group).digest()))
          .as("ranks of the nodes: %s", layout.jvms())
          .containsOnly(expected);
    }
  }

  @Test
  void tellsHiddenFromExposedTime() {
    TrainingPlan plan = plan(data.images(), Networks.LENET.with("adam").toJson(), "auto", "{}");
    NetRanks bySockets = NetRanks.on(1, 1).with(NetSettings.Tuning.SOCKETS);

    List<Trained> ofRanks = bySockets.run(plan.lanes(), group -> train(plan, group));

    for (EpochReport epoch : ofRanks.get(0).epochs()) {
      double booked = epoch.computeSeconds() + epoch.exchangeSeconds() + epoch.inputSeconds();
      assertThat(booked / epoch.seconds()).isBetween(0.999, 1.001);
      assertThat(epoch.hiddenExchangeSeconds()).isPositive().isLessThan(epoch.seconds());
    }
  }

  @Test
  void hidesNothingWhereAllShareMemoryUnlessToldTo() {
    TrainingPlan auto = plan(data.images(), Networks.LENET.with("adam").toJson(), "auto", "{}");
    TrainingPlan on = plan(data.images(), Networks.LENET.with("adam").toJson(), "on", "{}");

    assertThat(Ranks.run(2, auto.lanes(), group -> train(auto, group)).get(0).epochs())
        .allSatisfy(epoch -> assertThat(epoch.hiddenExchangeSeconds()).isZero());
    assertThat(Ranks.run(2, on.lanes(), group -> train(on, group)).get(0).epochs())
        .allSatisfy(epoch -> assertThat(epoch.hiddenExchangeSeconds()).isPositive());
    assertThat(NetRanks.on(1, 1).run(auto.lanes(), group -> train(auto, group)).get(0).epochs())
        .allSatisfy(epoch -> assertThat(epoch.hiddenExchangeSeconds()).isZero());
    assertThat(NetRanks.on(1, 1).run(on.lanes(), group -> train(on, group)).get(0).epochs())
        .allSatisfy(epoch -> assertThat(epoch.hiddenExchangeSeconds()).isPositive());
  }

  private static List<String> digests(TrainingPlan plan, int worldSize) {
    return Ranks.run(worldSize, plan.lanes(), group -> train(plan, group).digest());
  }

  private static Trained train(TrainingPlan plan, ProcessGroup group) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime, LEAST_BUCKET)) {
      return Trained.by(training);
    }
  }

  /** 8 lanes, of which some have run out of samples in the last step of an epoch. */
  private static TrainingPlan plan(
      Dataset dataset, String network, String overlap, String exchange) {
    JobConfig job =
        JobFile.parse(
            """
            job: test
            data: {train: unused.csv, label: {column: label}}
            model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
            training: {epochs: 2, global-batch-size: 48, microbatch-size: 6, combine: %s,
              exchange: %s}
            cluster: {overlap: %s}
            """
                .formatted(SHARING, exchange, overlap),
            "test.yaml",
            new Storage(Map.of()),
            List.of());
    return LocalTraining.of(dataset, network, job).plan();
  }
}
