package dev.lockstep.worker.training;

import static dev.lockstep.worker.training.LocalTraining.EPOCHS;
import static dev.lockstep.worker.training.LocalTraining.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.checkpoint.VectorEntry;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.config.Combine;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.combine.WholeUpdate;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.testing.KeptCheckpoints;
import dev.lockstep.worker.testing.Networks;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Parameter averaging that warms up and has an outer momentum. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LocalStepsTest {
  /** Each epoch of {@link SampleData} has five steps. */
  private static final int STEPS = 5;

  private static final String EVERY_STEP = "{every: 1}";
  private static final Combine WITH_OUTER_MOMENTUM =
      new Combine.ParameterAveraging(2, 0, 0.5, Optional.empty());

  @TempDir private static Path dataDirectory;
  @TempDir private static Path checkpoints;
  private static SampleData data;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    data = SampleData.write(dataDirectory);
  }

  static Stream<Arguments> jobs() {
    return Stream.of(
            "{every: 2, warm-up: 7}",
            "{every: 3, outer-momentum: 0.9}",
            "{every: 2, warm-up: 4, outer-momentum: 0.5}",
            "{every: 2, groups: 2, between-groups-every: 4}",
            "{every: 1, groups: 4, between-groups-every: 3, warm-up: 1, outer-momentum: 0.5}")
        .flatMap(
            keys ->
                Stream.of(
                    Arguments.of(Networks.MLP_WITH_DROPOUT, "sgd", keys),
                    Arguments.of(Networks.MLP_WITH_BATCH_NORM, "adam", keys)));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void givesTheSameBitsForEveryNumberOfRanks(Networks network, String optimizer, String keys) {
    LocalTraining training = training(network, optimizer, keys);
    assertThat(training.lanes()).isEqualTo(8);

    String alone = training.digests(1).get(0);

    for (int worldSize : new int[] {2, 3, 5, 8}) {
      assertThat(training.digests(worldSize)).hasSize(worldSize).containsOnly(alone);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 9})
  void changesTheWeightsWithTheWarmUp(int warmUp) {
    String keys = "{every: 5, warm-up: %d}";
    String with = training(Networks.MLP, "adam", keys.formatted(warmUp)).digests(2).get(0);
    String without = training(Networks.MLP, "adam", keys.formatted(0)).digests(2).get(0);
    String throughout = training(Networks.MLP, "adam", EVERY_STEP).digests(2).get(0);

    assertThat(with).isNotEqualTo(without);
    assertThat(with.equals(throughout)).isEqualTo(warmUp == EPOCHS * STEPS - 1);
  }

  @Test
  void averagesEveryStepWhereTheWarmUpNeverEnds() {
    String endless = "{every: 3, warm-up: 10, outer-momentum: 0.9}";

    assertThat(training(Networks.MLP_WITH_DROPOUT, "adam", endless).digests(3))
        .containsOnly(training(Networks.MLP_WITH_DROPOUT, "adam", EVERY_STEP).digests(1).get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{every: 1, groups: 8, between-groups-every: 2} | {every: 2}",
        "{every: 2, groups: 4, between-groups-every: 2} | {every: 2}",
        "{every: 3, groups: 2, between-groups-every: 6} | {every: 3, groups: 2, between-groups-every: 9}",
      })
  void isPlainAveragingWhereGroupsMakeNoDifference(String groups, String plain) {
    String expected = training(Networks.MLP_WITH_DROPOUT, "adam", plain).digests(1).get(0);

    for (int worldSize : new int[] {1, 3, 8}) {
      assertThat(training(Networks.MLP_WITH_DROPOUT, "adam", groups).digests(worldSize))
          .containsOnly(expected);
    }
  }

  @Test
  void changesTheWeightsWithTheGroups() {
    String groups = "{every: 1, groups: %d, between-groups-every: 5}";

    assertThat(
            Stream.of(2, 4, 8)
                .map(count -> training(Networks.MLP, "adam", groups.formatted(count)))
                .map(training -> training.digests(2).get(0)))
        .doesNotHaveDuplicates()
        .doesNotContain(training(Networks.MLP, "adam", EVERY_STEP).digests(2).get(0));
  }

  /** With one lane this is DL4J's fit with a leap at the end of each epoch. */
  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam"})
  void leapsFromThePlaceThatPlainFitReaches(String optimizer) {
    MultiLayerConfiguration configuration = Networks.MLP.with(optimizer);
    LocalTraining training =
        LocalTraining.of(
            data.vectors(),
            configuration,
            job(16, 16, "{parameter-averaging: {every: 100, outer-momentum: 0.5}}"));

    assertThat(parametersAfter(training))
        .isEqualTo(plainFitThatLeaps(configuration, 0.5f))
        .isNotEqualTo(plainFitThatLeaps(configuration, 0));
  }

  @Test
  void keepsTheVelocityInCheckpointsOfJobsThatHaveOne() {
    assertThat(vectors("{every: 2, warm-up: 3}")).containsExactly("parameters", "updater");
    assertThat(vectors("{every: 2, outer-momentum: 0.5}"))
        .containsExactly("parameters", "updater", "outer-momentum");
  }

  @Test
  void startsWithoutVelocityFromTheParametersOfAnotherRun(@TempDir Path folder) {
    try (Replica replica = replica()) {
      TrainingState state =
          new TrainingState(replica, new WholeUpdate(replica), WITH_OUTER_MOMENTUM);

      state.restore(checkpoint(folder, replica, Position.START));

      assertThat(state.vectors().get(VectorNames.OUTER_MOMENTUM).floats())
          .isEqualTo(FloatBuffer.allocate(replica.parameters().length()));
    }
  }

  @Test
  void refusesACheckpointThatHasLostTheVelocity(@TempDir Path folder) {
    try (Replica replica = replica()) {
      TrainingState state =
          new TrainingState(replica, new WholeUpdate(replica), WITH_OUTER_MOMENTUM);
      StoredCheckpoint checkpoint = checkpoint(folder, replica, new Position(1, 2));

      assertThatThrownBy(() -> state.restore(checkpoint))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
          .hasMessage(
              "Cannot read checkpoint c: its manifest has no 'outer-momentum' in " + folder + "/c");
    }
  }

  @Test
  void refusesTheVelocityOfAnotherNetwork(@TempDir Path folder) {
    try (Replica replica = replica()) {
      TrainingState state =
          new TrainingState(replica, new WholeUpdate(replica), WITH_OUTER_MOMENTUM);
      StoredCheckpoint checkpoint = checkpoint(folder, replica, new Position(1, 2), 3);

      assertThatThrownBy(() -> state.restore(checkpoint))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
          .hasMessage(
              "Cannot go on from 'outer-momentum' with 3 values: the network needs %,d"
                      .formatted(replica.parameters().length())
                  + " (it is another network)");
    }
  }

  private static LocalTraining training(Networks network, String optimizer, String keys) {
    String combine = "{parameter-averaging: %s}".formatted(keys);
    return LocalTraining.of(data.vectors(), network.with(optimizer), job(48, 6, combine));
  }

  private static float[] parametersAfter(LocalTraining training) {
    return ((StackNetwork) training.trained(1, checkpoints)).dl4j().params().toFloatVector();
  }

  private static float[] plainFitThatLeaps(MultiLayerConfiguration configuration, float momentum) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
    network.init();
    float[] start = network.params().toFloatVector();
    float[] velocity = new float[start.length];
    new PlainFit(data.vectors(), 16, 1)
        .run(
            (features, targets) -> network.fit(new DataSet(features, targets)),
            () -> {
              network.incrementEpochCount();
              float[] end = network.params().toFloatVector();
              for (int i = 0; i < start.length; i++) {
                velocity[i] = momentum * velocity[i] + (start[i] - end[i]);
                start[i] = start[i] - velocity[i];
              }
              network.setParams(Nd4j.createFromArray(start));
            });
    return start;
  }

  private static List<String> vectors(String keys) {
    KeptCheckpoints kept = new KeptCheckpoints(checkpoints);
    training(Networks.MLP, "adam", keys).train(2, kept);
    return kept.last().manifest().vectors().stream().map(VectorEntry::name).toList();
  }

  private static Replica replica() {
    return new Replica(Networks.MLP.with("adam").toJson(), ComputePlan.DL4J);
  }

  /**
   * @param velocity floats of one that is added
   */
  private static StoredCheckpoint checkpoint(
      Path folder, Replica replica, Position position, int... velocity) {
    Storage storage = new Storage(Map.of());
    try (CheckpointWriter writer = new CheckpointWriter(storage, folder + "/c")) {
      writer.vector(VectorNames.PARAMETERS, replica.parameters().floats());
      writer.vector(VectorNames.UPDATER, replica.updaterState().floats());
      for (int length : velocity) {
        writer.vector(VectorNames.OUTER_MOMENTUM, FloatBuffer.allocate(length));
      }
      Staged staged =
          writer.finish(
              "config",
              "data",
              List.of(),
              "{}",
              new CheckpointState(position, 0, List.of(), List.of()));
      return StoredCheckpoint.open(storage, folder + "/c", staged.manifestSha256());
    }
  }
}
