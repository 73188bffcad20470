package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.combine.ShardedUpdate;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.testing.KeptCheckpoints;
import dev.lockstep.worker.testing.NetRanks;
import dev.lockstep.worker.testing.Networks;
import dev.lockstep.worker.testing.Ranks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Ranks that share the work of an update end where those do that each do all of it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ShardedUpdateTest {
  private static final List<NetRanks> LAYOUTS =
      List.of(
          NetRanks.on(3),
          NetRanks.on(1, 1).with(NetSettings.Tuning.SOCKETS),
          NetRanks.on(3, 2).with(NetSettings.Tuning.SOCKETS),
          NetRanks.on(3, 2));

  @TempDir private static Path directory;
  private static SampleData data;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    data = SampleData.write(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{precision: bfloat16}", "{sparsify: {threshold: {value: 0.01}}}"})
  void givesTheSameBitsAsWholeUpdates(String exchange) {
    TrainingPlan whole = plan("off", exchange);
    TrainingPlan sharded = plan("on", exchange);
    String expected = Ranks.run(1, 8, group -> train(whole, group, copy -> {})).get(0);

    for (int worldSize : new int[] {2, 3, 5, 8}) {
      assertThat(Ranks.run(worldSize, 8, group -> train(whole, group, copy -> {})))
          .as("%d ranks, each with its own model", worldSize)
          .containsOnly(expected);
      assertThat(Ranks.run(worldSize, 8, group -> train(sharded, group, copy -> {})))
          .as("%d ranks", worldSize)
          .containsOnly(expected);
    }
    for (NetRanks layout : LAYOUTS) {
      assertThat(layout.run(8, group -> train(sharded, group, copy -> {})))
          .as("ranks of the nodes: %s", layout.jvms())
          .containsOnly(expected);
    }
  }

  @Test
  void leavesTheWholeStateInCheckpoints(@TempDir Path folder) {
    KeptCheckpoints ofWhole = new KeptCheckpoints(folder.resolve("whole"));
    Ranks.run(3, 8, group -> train(plan("off", "{}"), group, ofWhole));

    for (NetRanks layout : LAYOUTS) {
      KeptCheckpoints ofSharded =
          new KeptCheckpoints(folder.resolve(String.valueOf(LAYOUTS.indexOf(layout))));
      layout.run(8, group -> train(plan("on", "{}"), group, ofSharded));

      assertThat(ofSharded.last().floats(VectorNames.UPDATER))
          .isEqualTo(ofWhole.last().floats(VectorNames.UPDATER));
      assertThat(ofSharded.last().floats(VectorNames.PARAMETERS))
          .isEqualTo(ofWhole.last().floats(VectorNames.PARAMETERS));
    }
  }

  @Test
  void hasOneModelInCommonWithinAJvm() {
    TrainingPlan auto = plan("auto", "{}");
    TrainingPlan own = plan("off", "{}");

    assertThat(new HashSet<>(Ranks.run(3, 8, group -> address(auto, group)))).hasSize(1);
    assertThat(new HashSet<>(Ranks.run(3, 8, group -> address(own, group)))).hasSize(3);
  }

  @Test
  void hasOneModelInCommonWithTheJvmsOfItsHost() {
    TrainingPlan auto = plan("auto", "{}");
    TrainingPlan own = plan("off", "{}");
    NetRanks sockets = NetRanks.on(1, 1).with(NetSettings.Tuning.SOCKETS);

    assertThat(NetRanks.on(1, 1).run(8, group -> seesTheLast(auto, group))).containsOnly(true);
    assertThat(NetRanks.on(2, 1).run(8, group -> seesTheLast(auto, group))).containsOnly(true);
    assertThat(NetRanks.on(1, 1).run(8, group -> seesTheLast(own, group))).contains(false);
    assertThat(sockets.run(8, group -> seesTheLast(auto, group))).contains(false);
  }

  /** Whether a rank sees what the last one does to its parameters. */
  private static boolean seesTheLast(TrainingPlan plan, ProcessGroup group) {
    try (Replica replica = RankModel.of(plan, group).replica()) {
      if (group.rank() == group.size() - 1) {
        replica.parameters().floats().put(0, 42);
      }
      group.barrier(new Occasion(1, 0, "the comparison"));
      return replica.parameters().floats().get(0) == 42;
    }
  }

  @Test
  void suitsGroupsOfSeveralRanksAndUpdatesThatSeeEachElementByItself() {
    try (Replica adam = replica(network(builder().updater(new Adam(0.01))));
        Replica left = replica(network(builder().updater(new RmsProp(0.01))));
        Replica penalised = replica(network(builder().updater(new Adam(0.01)).l2(0.1)));
        Replica small = replica(Networks.MLP.with("adam"))) {
      assertThat(suits(adam, 2)).isTrue();
      assertThat(suits(adam, 1)).as("alone").isFalse();
      assertThat(suits(left, 2)).as("left to ND4J").isFalse();
      assertThat(suits(penalised, 2)).as("with a penalty").isFalse();
      assertThat(suits(small, 2)).as("few parameters").isFalse();
    }
  }

  private static boolean suits(Replica replica, int ranks) {
    return Ranks.run(ranks, 8, group -> ShardedUpdate.suits(replica, group)).get(0);
  }

  /** Where a rank's parameters lie. */
  private static long address(TrainingPlan plan, ProcessGroup group) {
    try (Replica replica = RankModel.of(plan, group).replica()) {
      group.barrier(new Occasion(1, 0, "the comparison"));
      return replica.memory().parameters().data().address();
    }
  }

  private static Replica replica(MultiLayerConfiguration network) {
    TrainingPlan plan = LocalTraining.of(data.vectors(), network, job("auto", "{}")).plan();
    return new Replica(plan.network(), plan.compute());
  }

  private static String train(TrainingPlan plan, ProcessGroup group, CheckpointSink checkpoints) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      return training.run(new LocalTraining.Reports(), checkpoints).parametersSha256();
    }
  }

  private static TrainingPlan plan(String shardUpdate, String exchange) {
    MultiLayerConfiguration network = network(builder().updater(new Adam(0.01)));
    return LocalTraining.of(data.vectors(), network, job(shardUpdate, exchange)).plan();
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder().seed(42).activation(Activation.RELU);
  }

  /** Several blocks of updaters: batch normalisation moves its statistics by one of its own. */
  private static MultiLayerConfiguration network(NeuralNetConfiguration.Builder builder) {
    return builder
        .list()
        .layer(new DenseLayer.Builder().nIn(12).nOut(101).build())
        .layer(new BatchNormalization.Builder().nIn(101).nOut(101).build())
        .layer(new DenseLayer.Builder().nIn(101).nOut(83).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(83)
                .nOut(3)
                .build())
        .build();
  }

  private static JobConfig job(String shardUpdate, String exchange) {
    return JobFile.parse(
        """
        job: test
        data: {train: unused.csv, label: {column: label}}
        model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
        training: {epochs: 2, global-batch-size: 48, microbatch-size: 6, exchange: %s}
        checkpoint: {every: 1 epoch}
        cluster: {shard-update: %s}
        """
            .formatted(exchange, shardUpdate),
        "test.yaml",
        new Storage(Map.of()),
        List.of());
  }
}
