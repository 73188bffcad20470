package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every key of a job file reaches the configuration, and what is left out has its default. */
@Timeout(60)
class JobKeysTest {
  @Test
  void fillsInEveryDefault() {
    assertThat(SmallJob.read(SmallJob.TEXT))
        .isEqualTo(
            new JobConfig(
                "small",
                new DataConfig(
                    DataFormat.CSV,
                    "rows.csv",
                    new Holdout.None(),
                    new Holdout.None(),
                    new CsvConfig(true, ',', true, List.of(""), List.of()),
                    new IdxConfig(Optional.empty(), Optional.empty(), Optional.empty()),
                    new LabelConfig("y", LabelConfig.Type.CLASS, Map.of(), Scale.NONE),
                    new NumericConfig(
                        new ColumnChoice.Auto(), Scale.STANDARD, NumericConfig.Missing.MEAN),
                    new CategoricalConfig(
                        new ColumnChoice.Auto(),
                        CategoricalConfig.Encode.ONE_HOT,
                        CategoricalConfig.Unseen.IGNORE),
                    Optional.empty()),
                new ModelConfig.Layers(
                    List.of(output(Activation.SOFTMAX, Loss.CROSS_ENTROPY)),
                    Initialiser.XAVIER,
                    Regularisation.NONE),
                new TrainingConfig(
                    10,
                    GlobalBatchSize.of(128),
                    32,
                    42,
                    TrainingConfig.Order.SHUFFLED,
                    new Optimizer.Adam(0.001, 0.9, 0.999, 1e-8),
                    new Combine.GradientSharing(),
                    TrainingConfig.LossReduction.MEAN,
                    new GradientClipping.None(),
                    new OnDivergence.Stop(),
                    Compute.AUTO,
                    Optional.empty()),
                new CheckpointConfig(
                    new CheckpointInterval.Epochs(1),
                    3,
                    1,
                    OptionalInt.empty(),
                    2,
                    Duration.ofMinutes(5)),
                new ClusterConfig(
                    OptionalInt.empty(),
                    1,
                    2L << 30,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(2),
                    4,
                    OptionalInt.empty(),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    Switch.AUTO,
                    Switch.AUTO,
                    Kernels.ALIKE)));
  }

  @Test
  void mapsEveryKeyOfData() {
    DataConfig data =
        SmallJob.read(
                """
                job: all-keys
                data:
                  format: csv
                  train: hdfs://name:8020/rows/*.csv.gz
                  test: test.csv
                  validation: 0.125
                  csv: {header: false, separator: ";", trim: false, missing: ["?", ""],
                    columns: [a, b, c, y]}
                  label: {column: y, type: class, rename: {"no.": "no"}}
                  numeric: {columns: [a], scale: min-max, missing: median}
                  categorical: {columns: [b, c], encode: index, unseen: error}
                  prepared: /prepared
                model: {layers: [output: {}]}
                """)
            .data();

    assertThat(data)
        .isEqualTo(
            new DataConfig(
                DataFormat.CSV,
                "hdfs://name:8020/rows/*.csv.gz",
                new Holdout.Path("test.csv"),
                new Holdout.Fraction(0.125),
                new CsvConfig(false, ';', false, List.of("?", ""), List.of("a", "b", "c", "y")),
                new IdxConfig(Optional.empty(), Optional.empty(), Optional.empty()),
                new LabelConfig("y", LabelConfig.Type.CLASS, Map.of("no.", "no"), Scale.NONE),
                new NumericConfig(
                    new ColumnChoice.Named(List.of("a")),
                    Scale.MIN_MAX,
                    NumericConfig.Missing.MEDIAN),
                new CategoricalConfig(
                    new ColumnChoice.Named(List.of("b", "c")),
                    CategoricalConfig.Encode.INDEX,
                    CategoricalConfig.Unseen.ERROR),
                Optional.of("/prepared")));
  }

  @Test
  void mapsEveryKeyOfImages() {
    DataConfig data =
        SmallJob.read(
                """
                job: images
                data:
                  format: idx
                  train: train.gz
                  idx: {train-labels: a, test-labels: b, validation-labels: c}
                model: {layers: [output]}
                """)
            .data();

    assertThat(data.idx())
        .isEqualTo(new IdxConfig(Optional.of("a"), Optional.of("b"), Optional.of("c")));
    assertThat(data.label().column()).isEqualTo("label");
    assertThat(data.numeric().scale()).isEqualTo(Scale.MIN_MAX);
  }

  @Test
  void mapsEveryKeyOfTraining() {
    TrainingConfig training =
        SmallJob.with(
                """
                training: {epochs: 20, global-batch-size: 64, microbatch-size: 16, seed: -7,
                  shuffle: false, optimizer: {type: rmsprop, learning-rate: 1e-3, decay: 0.5,
                  epsilon: 1e-4}, combine: {parameter-averaging: {every: 5,
                  warm-up: 20, outer-momentum: 0.75,
                  groups: 2, between-groups-every: 15}},
                  loss-reduction: sum, gradient-clipping: {norm: 2.5}}
                """)
            .training();

    assertThat(training)
        .isEqualTo(
            new TrainingConfig(
                20,
                GlobalBatchSize.of(64),
                16,
                -7,
                TrainingConfig.Order.INPUT,
                new Optimizer.RmsProp(0.001, 0.5, 1e-4),
                new Combine.ParameterAveraging(5, 20, 0.75, Optional.of(new Combine.Groups(2, 15))),
                TrainingConfig.LossReduction.SUM,
                new GradientClipping.ByNorm(2.5),
                new OnDivergence.Stop(),
                Compute.AUTO,
                Optional.empty()));
  }

  @Test
  void mapsEveryKeyOfTheCluster() {
    assertThat(
            SmallJob.with(
                    "cluster: {workers: 2, cores-per-worker: 3, memory-per-worker: 1536m,"
                        + " stall-warning: 1 min, stall-timeout: 5 min, max-attempts: 7,"
                        + " min-workers: 1, slots-timeout: 10 s, grace: 1 min, overlap: off, shard-update: off,"
                        + " kernels: any}")
                .cluster())
        .isEqualTo(
            new ClusterConfig(
                OptionalInt.of(2),
                3,
                1536L << 20,
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                7,
                OptionalInt.of(1),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                Switch.OFF,
                Switch.OFF,
                Kernels.ANY));
  }

  @Test
  void mapsEveryKeyOfTheCheckpoints() {
    assertThat(
            SmallJob.with(
                    "checkpoint: {every: 500 steps, keep: 5, keep-best: 0, keep-every: 10 epochs,"
                        + " tolerate-failures: 1, retry-budget: 90 s}")
                .checkpoint())
        .isEqualTo(
            new CheckpointConfig(
                new CheckpointInterval.Steps(500),
                5,
                0,
                OptionalInt.of(10),
                1,
                Duration.ofSeconds(90)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10 minutes", "10 min", "10min", "600 s", "600 seconds", "600000 ms"})
  void readsATimeBetweenCheckpoints(String every) {
    assertThat(SmallJob.with("checkpoint: {every: %s}".formatted(every)).checkpoint().every())
        .isEqualTo(new CheckpointInterval.Elapsed(Duration.ofMinutes(10)));
  }

  @Test
  void fillsInTheCheckpointsWhereTheSectionIsLeftOut() {
    assertThat(SmallJob.read(SmallJob.TEXT).checkpoint()).isEqualTo(CheckpointConfig.DEFAULT);
    assertThat(SmallJob.with("checkpoint: {every: 1 epoch}").checkpoint())
        .isEqualTo(CheckpointConfig.DEFAULT);
  }

  @Test
  void warnsOfAStallBeforeItsTimeoutWhateverThatIs() {
    ClusterConfig brief =
        SmallJob.with("cluster: {workers: auto, stall-timeout: 500 ms}").cluster();

    assertThat(brief.workers()).isEmpty();
    assertThat(brief.stallWarning()).isEqualTo(Duration.ofMillis(250));
    assertThat(SmallJob.with("cluster: {stall-timeout: 1 h}").cluster().stallWarning())
        .isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void choosesAMicrobatchThatDividesTheGlobalBatch() {
    assertThat(SmallJob.with("training: {global-batch-size: 96}").training().microbatchSize())
        .isEqualTo(32);
    assertThat(SmallJob.with("training: {global-batch-size: 50}").training().microbatchSize())
        .isEqualTo(50);
    assertThat(SmallJob.with("training: {global-batch-size: 1}").training().microbatchSize())
        .isEqualTo(1);
    assertThat(SmallJob.with("training: {global-batch-size: all}").training().microbatchSize())
        .isEqualTo(32);
  }

  private static LayerSpec.Output output(Activation activation, Loss loss) {
    return new LayerSpec.Output(activation, loss, true, Optional.empty(), Optional.empty());
  }
}
