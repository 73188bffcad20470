package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.SharedMemory;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One job on threads, and on ranks that speak over sockets, however they are spread over nodes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NetTrainingTest {
  private static final List<NetRanks> LAYOUTS =
      List.of(
          NetRanks.on(2, 2),
          NetRanks.on(1, 1, 1, 1),
          NetRanks.on(1, 1, 1),
          NetRanks.on(3, 2),
          NetRanks.on(1, 1, 1, 1, 1, 1, 1, 1),
          NetRanks.on(2, 1).with(NetSettings.Tuning.SOCKETS));

  @TempDir private static Path directory;
  private static SampleData data;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    data = SampleData.write(directory);
  }

  static Stream<Arguments> jobs() {
    return Stream.of(LocalTraining.SHARING, LocalTraining.AVERAGING, LocalTraining.GROUPS)
        .flatMap(
            combine ->
                Stream.of(
                    Arguments.of(
                        data.vectors(), Networks.MLP_WITH_DROPOUT.with("adam").toJson(), combine),
                    Arguments.of(data.images(), Networks.LENET.with("adam").toJson(), combine),
                    Arguments.of(
                        data.vectors(),
                        Graphs.RESIDUAL_WITH_BATCH_NORM.with("adam").toJson(),
                        combine)));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void givesTheBitsOfThreads(Dataset dataset, String network, String combine) {
    TrainingPlan plan =
        LocalTraining.of(dataset, network, LocalTraining.job(48, 6, combine)).plan();
    assertThat(plan.lanes()).isEqualTo(8);

    String onThreads = Ranks.run(1, plan.lanes(), group -> train(plan, group)).get(0);

    for (NetRanks layout : LAYOUTS) {
      assertThat(layout.run(plan.lanes(), group -> train(plan, group)))
          .as("ranks of the nodes: %s, %s", layout.jvms(), layout.tunings().apply(0))
          .containsOnly(onThreads);
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void showsItsKernelsByTheSameDigestEverywhereAndTrainsToTheSameBitsAfterwards(
      Dataset dataset, String network, String combine) {
    TrainingPlan plan =
        LocalTraining.of(dataset, network, LocalTraining.job(48, 6, combine)).plan();
    String bits = Ranks.run(1, plan.lanes(), group -> train(plan, group)).get(0);
    String kernels = Ranks.run(1, plan.lanes(), group -> kernels(plan, group)).get(0);

    assertThat(NetRanks.on(2, 1).run(plan.lanes(), group -> kernelsAndBits(plan, group)))
        .containsExactly(kernels + bits, bits, kernels + bits);
  }

  /** The file system in memory is full, or has gone, since the JVMs were connected. */
  @Test
  void givesTheSameBitsWhereMemoryCannotHoldAModelInCommon(@TempDir Path memory) {
    TrainingPlan plan = plan("auto");
    String onThreads = Ranks.run(1, plan.lanes(), group -> train(plan, group)).get(0);
    NetRanks layout =
        NetRanks.on(2, 1)
            .with(
                NetSettings.Tuning.DEFAULT.sharing(
                    Optional.of(new SharedMemory(memory, 1 << 20, 1 << 10))));

    assertThat(
            layout.run(
                plan.lanes(),
                group -> {
                  assertThat(group.sharesMemory()).isTrue();
                  if (group.rank() == 0) {
                    assertThat(memory.toFile().delete()).isTrue();
                  }
                  group.barrier(new Occasion(1, 0, "the end of the memory"));
                  return train(plan, group);
                }))
        .containsOnly(onThreads);
  }

  @Test
  void givesTheSameBitsThroughRings() {
    TrainingPlan plan = plan("off");
    String onThreads = Ranks.run(1, plan.lanes(), group -> train(plan, group)).get(0);

    assertThat(NetRanks.on(1, 2).run(plan.lanes(), group -> train(plan, group)))
        .containsOnly(onThreads);
  }

  private static TrainingPlan plan(String shardUpdate) {
    JobConfig job =
        LocalTraining.job(48, 6, LocalTraining.SHARING, "cluster.shard-update=" + shardUpdate);
    String network = Networks.MLP_WITH_BATCH_NORM.with("adam").toJson();
    return LocalTraining.of(data.vectors(), network, job).plan();
  }

  private static String train(TrainingPlan plan, ProcessGroup group) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      return training.run(new Silent(), copy -> {}).parametersSha256();
    }
  }

  private static String kernels(TrainingPlan plan, ProcessGroup group) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      return training.kernels();
    }
  }

  /** Of the lowest rank of each JVM what shows its kernels, then the end of the training. */
  private static String kernelsAndBits(TrainingPlan plan, ProcessGroup group) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      String kernels = group.isFirstOfJvm() ? training.kernels() : "";
      group.barrier(new Occasion(1, 0, "the end of the comparison"));
      return kernels + training.run(new Silent(), copy -> {}).parametersSha256();
    }
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
