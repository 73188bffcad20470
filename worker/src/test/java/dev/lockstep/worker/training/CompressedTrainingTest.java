package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.ExchangeBytes;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Graphs;
import dev.lockstep.worker.testing.NetRanks;
import dev.lockstep.worker.testing.Networks;
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

/** The promise holds where only a part of the gradients is exchanged, in fewer bits. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CompressedTrainingTest {
  private static final List<String> EXCHANGES =
      List.of(
          "{precision: bfloat16}",
          "{sparsify: {threshold: {value: 0.01}}}",
          "{sparsify: {threshold: {value: 0.01, error-feedback: false}}}",
          "{sparsify: {top-k: {fraction: 0.05}}}",
          "{precision: bfloat16, sparsify: {threshold: {value: 0.02}}}",
          "{precision: bfloat16, sparsify: {top-k: {fraction: 0.1}}}");

  private static final List<NetRanks> LAYOUTS =
      List.of(
          NetRanks.on(2, 1).with(NetSettings.Tuning.SOCKETS),
          NetRanks.on(1, 1, 1, 1),
          NetRanks.on(3, 2));

  @TempDir private static Path directory;
  private static SampleData data;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    data = SampleData.write(directory);
  }

  static Stream<Arguments> jobs() {
    return EXCHANGES.stream()
        .flatMap(
            exchange ->
                Stream.of(
                    Arguments.of(
                        data.vectors(), Networks.MLP_WITH_DROPOUT.with("adam").toJson(), exchange),
                    Arguments.of(
                        data.images(),
                        Networks.LENET_WITH_BATCH_NORM.with("sgd").toJson(),
                        exchange),
                    Arguments.of(
                        data.vectors(),
                        Graphs.RESIDUAL_WITH_BATCH_NORM.with("momentum").toJson(),
                        exchange)));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void givesTheSameBitsForEveryNumberOfRanks(Dataset dataset, String network, String exchange) {
    LocalTraining training = LocalTraining.of(dataset, network, job(48, exchange));
    assertThat(training.lanes()).isEqualTo(8);

    String alone = training.digests(1).get(0);

    for (int worldSize : new int[] {2, 3, 5, 8}) {
      assertThat(training.digests(worldSize)).hasSize(worldSize).containsOnly(alone);
    }
    for (NetRanks layout : LAYOUTS) {
      assertThat(layout.run(8, group -> train(training.plan(), group).digest()))
          .as("ranks of the nodes: %s", layout.jvms())
          .containsOnly(alone);
    }
    String plain = LocalTraining.of(dataset, network, job(48, "{}")).digests(1).get(0);
    assertThat(alone).isNotEqualTo(plain);
  }

  @Test
  void compressesTheGradientOfASingleLaneToo() {
    String network = Networks.MLP.with("sgd").toJson();
    String plain = LocalTraining.of(data.vectors(), network, job(6, "{}")).digests(1).get(0);
    for (String exchange : EXCHANGES) {
      LocalTraining training = LocalTraining.of(data.vectors(), network, job(6, exchange));
      assertThat(training.lanes()).isEqualTo(1);

      assertThat(training.digests(1).get(0)).isNotEqualTo(plain);
    }
  }

  @Test
  void isTheSameTrainingWhereAllIsChosen() {
    String network = Networks.MLP_WITH_BATCH_NORM.with("adam").toJson();
    LocalTraining plain = LocalTraining.of(data.vectors(), network, job(48, "{}"));
    LocalTraining all =
        LocalTraining.of(
            data.vectors(),
            network,
            job(48, "{sparsify: {top-k: {fraction: 1, error-feedback: false}}}"));

    List<EpochReport> expected = plain.reports(1);
    List<EpochReport> reports = all.reports(1);

    for (int epoch = 0; epoch < expected.size(); epoch++) {
      assertThat(reports.get(epoch).trainLoss())
          .isCloseTo(expected.get(epoch).trainLoss(), org.assertj.core.api.Assertions.within(1e-4));
    }
  }

  @Test
  void reportsTheBytesOfAllRanks() {
    ExchangeBytes plain = bytes("{}");
    ExchangeBytes halved = bytes("{precision: bfloat16}");
    ExchangeBytes sparse = bytes("{sparsify: {threshold: {value: 0.01}}}");

    assertThat(plain.saved()).isZero();
    assertThat(plain.sent()).isPositive();
    assertThat(halved.sent() + halved.saved()).isEqualTo(plain.sent());
    assertThat((double) halved.sent() / plain.sent()).isBetween(0.5, 0.6);
    assertThat(sparse.sent()).isLessThan(halved.sent());
  }

  @Test
  void sendsNothingWhereAllRanksShareAJvm() {
    LocalTraining training =
        LocalTraining.of(data.vectors(), Networks.MLP.with("sgd").toJson(), job(48, "{}"));

    assertThat(training.reports(3))
        .allSatisfy(epoch -> assertThat(epoch.exchangeBytes()).contains(new ExchangeBytes(0, 0)));
  }

  private static ExchangeBytes bytes(String exchange) {
    TrainingPlan plan =
        LocalTraining.of(data.images(), Networks.LENET.with("sgd").toJson(), job(48, exchange))
            .plan();
    List<Trained> ofRanks =
        NetRanks.on(1, 1).with(NetSettings.Tuning.SOCKETS).run(8, group -> train(plan, group));
    ExchangeBytes bytes = ofRanks.get(0).epochs().get(0).exchangeBytes().orElseThrow();
    assertThat(ofRanks.get(1).epochs().get(0).exchangeBytes()).contains(bytes);
    return bytes;
  }

  private static JobConfig job(int globalBatchSize, String exchange) {
    return LocalTraining.job(
        globalBatchSize, 6, LocalTraining.SHARING, "training.exchange=" + exchange);
  }

  private static Trained train(TrainingPlan plan, ProcessGroup group) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      return Trained.by(training);
    }
  }
}
