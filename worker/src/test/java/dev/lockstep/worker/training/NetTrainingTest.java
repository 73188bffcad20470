package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Graphs;
import dev.lockstep.worker.testing.NetRanks;
import dev.lockstep.worker.testing.Networks;
import dev.lockstep.worker.testing.Ranks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One job on threads, and on ranks that speak over sockets, however they are spread over nodes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NetTrainingTest {
  private static final long SEED = 42;
  private static final List<NetRanks> LAYOUTS =
      List.of(NetRanks.on(2, 2), NetRanks.on(1, 1, 1, 1), NetRanks.on(1, 1, 1), NetRanks.on(3, 2));

  @TempDir private static Path vectorDirectory;
  @TempDir private static Path imageDirectory;
  private static Dataset vectors;
  private static Dataset images;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    vectors = Dataset.write(vectorDirectory, new InputShape.Vector(12), 205, 20, SEED);
    images = Dataset.write(imageDirectory, new InputShape.Image(1, 8, 8), 100, 20, SEED);
  }

  static Stream<Arguments> jobs() {
    return Stream.of("gradient-sharing", "{parameter-averaging: {every: 3}}")
        .flatMap(
            combine ->
                Stream.of(
                    Arguments.of(vectors, Networks.MLP_WITH_DROPOUT.with("adam").toJson(), combine),
                    Arguments.of(images, Networks.LENET.with("adam").toJson(), combine),
                    Arguments.of(
                        vectors, Graphs.RESIDUAL_WITH_BATCH_NORM.with("adam").toJson(), combine)));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void givesTheBitsOfThreads(Dataset dataset, String network, String combine) {
    TrainingPlan plan =
        new TrainingPlan(
            job(combine),
            dataset.manifest(),
            dataset.directory().toUri().toString(),
            network,
            new Start.Fresh(0));
    assertThat(plan.lanes()).isEqualTo(8);

    String onThreads = Ranks.run(1, plan.lanes(), group -> train(plan, group)).get(0);

    for (NetRanks layout : LAYOUTS) {
      assertThat(layout.run(plan.lanes(), group -> train(plan, group)))
          .as("ranks of the nodes: %s", layout.jvms())
          .containsOnly(onThreads);
    }
  }

  private static String train(TrainingPlan plan, ProcessGroup group) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      return training.run(new Silent(), copy -> {}).parametersSha256();
    }
  }

  private static JobConfig job(String combine) {
    String text =
        """
        job: test
        data: {train: unused.csv, label: {column: label}}
        model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
        training: {epochs: 2, global-batch-size: 48, microbatch-size: 6, seed: %d, combine: %s}
        """
            .formatted(SEED, combine);
    return JobFile.parse(text, "test.yaml", new Storage(Map.of()), List.of());
  }

  /** Hears of losses, which must be numbers. */
  private record Silent() implements TrainingObserver {
    @Override
    public void stepDone(StepReport step) {
      assertThat(step.loss()).isFinite();
    }

    @Override
    public void epochDone(EpochReport epoch) {
      assertThat(epoch.trainLoss()).isFinite();
    }
  }
}
