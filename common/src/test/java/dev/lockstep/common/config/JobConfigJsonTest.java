package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job survives being written into a run and read again, whatever it says. */
@Timeout(60)
class JobConfigJsonTest {
  private static final String SMALLEST =
      "{job: small, data: {train: a, label: {column: y}}, model: {layers: [output]}}";

  static Stream<String> variants() {
    return Stream.of(
        "job=other",
        "data.test=0.2",
        "data.test=test.csv",
        "data={train: a, format: idx, idx: {train-labels: b}}",
        "data.csv={header: false, separator: \"\\t\", missing: [\"?\"], columns: [x, y]}",
        "data.label.rename={b: c, a: d, z: y}",
        "data.label={column: y, type: value, scale: min-max}",
        "data.numeric={columns: [a, b], scale: none, missing: error}",
        "data.categorical={columns: [], encode: index, unseen: error}",
        "data.prepared=/prepared",
        "model.layers=[dense: {units: 3, bias: false, initialiser: he, l1: 0.1}, output]",
        "model.layers=[convolution: {filters: 3, kernel: [2, 3], padding: same}, output]",
        "model.layers=[subsampling: {pooling: average, stride: 1}, output]",
        "model.layers=[batch-norm: {decay: 0.5}, dropout: {keep: 0.9}, activation: elu, output]",
        "model={l2: 0.25, initialiser: zeros, layers: [output: {loss: huber}]}",
        "model.weight-decay=0.125",
        "training={epochs: 1, global-batch-size: all, seed: -9223372036854775808}",
        "training.shuffle=false",
        "training.loss-reduction=sum",
        "training.combine={parameter-averaging: {every: 3}}",
        "training.exchange={precision: bfloat16}",
        "training.exchange={sparsify: threshold}",
        "training.exchange={sparsify: {top-k: {fraction: 0.5, error-feedback: false}}}",
        "training.combine={parameter-averaging: {every: 10, warm-up: 7}}",
        "training.combine={parameter-averaging: {outer-momentum: 0.5}}",
        "training.combine={parameter-averaging: {groups: 2, between-groups-every: 20}}",
        "training.gradient-clipping={value: 0.5}",
        "training.gradient-clipping={norm: 0.5}",
        "cluster={workers: 3, stall-timeout: 90 s}",
        "cluster={cores-per-worker: 2, memory-per-worker: 3g, stall-warning: 7 s}",
        "cluster={max-attempts: 1, min-workers: 2, slots-timeout: 5 s, grace: 1 min}",
        "checkpoint={every: 2 epochs, keep: 1, keep-best: 0, keep-every: 10 epochs}",
        "checkpoint={every: 500 steps, tolerate-failures: 0, retry-budget: 10 s}",
        "checkpoint.every=10 minutes");
  }

  @ParameterizedTest
  @MethodSource("variants")
  void survivesJson(String override) {
    assertSurvives(read(override));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd",
        "nesterov",
        "momentum",
        "adagrad",
        "adadelta",
        "rmsprop",
        "adam",
        "amsgrad",
        "nadam",
        "adamax"
      })
  void survivesJsonWithEveryOptimizer(String optimizer) {
    assertSurvives(read("training.optimizer=" + optimizer));
  }

  @ParameterizedTest
  @EnumSource
  void survivesJsonWithEveryActivation(Activation activation) {
    LayerSpec.ActivationOnly layer = new LayerSpec.ActivationOnly(activation);
    String json = Json.write(layer);

    assertThat(Json.read(json, LayerSpec.class, "layer")).isEqualTo(layer);
  }

  @Test
  void survivesJsonWithADl4jDocument() {
    JobConfig layers = read();
    JobConfig document =
        new JobConfig(
            layers.job(),
            layers.data(),
            new ModelConfig.Dl4j("conf.json", "{\"confs\": [\"\\u00e9\"]}"),
            layers.training(),
            layers.checkpoint(),
            layers.cluster());

    assertSurvives(document);
    assertThat(ConfigDigest.of(document)).isNotEqualTo(ConfigDigest.of(layers));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void changesTheDigestWithAllThatDecidesTheWeights(String override) {
    boolean decides =
        !override.startsWith("job")
            && !override.startsWith("cluster")
            && !override.startsWith("checkpoint")
            && !override.startsWith("data.prepared");

    assertThat(ConfigDigest.of(read(override)).equals(ConfigDigest.of(read()))).isEqualTo(!decides);
  }

  @Test
  void leavesWhatParameterAveragingDoesNotUseOutOfTheDigest() {
    JobConfig plain = read("training.combine={parameter-averaging: {every: 3}}");
    JobConfig spelledOut =
        read("training.combine={parameter-averaging: {every: 3, warm-up: 0, outer-momentum: 0}}");

    assertThat(ConfigDigest.of(spelledOut)).isEqualTo(ConfigDigest.of(plain));
    assertThat(Json.write(plain.training().combine()))
        .isEqualTo("{\n  \"kind\" : \"parameter-averaging\",\n  \"every\" : 3\n}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"warm-up: 7", "outer-momentum: 0.5", "groups: 2, between-groups-every: 6"})
  void changesTheDigestWithWhatParameterAveragingUses(String key) {
    assertThat(
            ConfigDigest.of(
                read("training.combine={parameter-averaging: {every: 3, %s}}".formatted(key))))
        .isNotEqualTo(ConfigDigest.of(read("training.combine={parameter-averaging: {every: 3}}")));
  }

  @Test
  void hasTheSameDigestInEveryOrderOfKeys() {
    String one =
        "{job: a, data: {train: a, label: {column: y, rename: {p: q, r: s}}}, model: {layers:"
            + " [output]}}";
    String other =
        "{model: {layers: [output: {}]}, data: {label: {rename: {r: s, p: q}, column: y}, train:"
            + " a}, job: a, training: {epochs: 10}}";

    assertThat(ConfigDigest.of(parse(one, List.of())))
        .isEqualTo(ConfigDigest.of(parse(other, List.of())))
        .matches("[0-9a-f]{64}");
  }

  private static void assertSurvives(JobConfig job) {
    JobConfig again = Json.read(Json.write(job), JobConfig.class, "run.json");

    assertThat(again).isEqualTo(job);
    assertThat(ConfigDigest.of(again)).isEqualTo(ConfigDigest.of(job));
  }

  private static JobConfig read(String... overrides) {
    return parse(SMALLEST, List.of(overrides));
  }

  private static JobConfig parse(String text, List<String> overrides) {
    return JobFile.parse(text, "job.yaml", new Storage(Map.of()), overrides);
  }
}
