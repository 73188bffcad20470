package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code training.on-divergence} may be. */
@Timeout(30)
class OnDivergenceTest {
  private static final String JOB =
      """
      job: one
      data: {train: a.csv, label: {column: y}}
      model: {layers: [output]}
      """;

  @Test
  void stopsUnlessToldOtherwise() {
    assertThat(read()).isEqualTo(new OnDivergence.Stop());
    assertThat(read("training.on-divergence=stop")).isEqualTo(new OnDivergence.Stop());
  }

  @Test
  void rollsBackWithSaneDefaults() {
    assertThat(read("training.on-divergence=rollback"))
        .isEqualTo(new OnDivergence.Rollback(0.5, 3));
    assertThat(read("training.on-divergence={rollback: {learning-rate-factor: 0.1, times: 7}}"))
        .isEqualTo(new OnDivergence.Rollback(0.1, 7));
    assertThat(new OnDivergence.Rollback(0.5, 3).factorAfter(2)).isEqualTo(0.25);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "-0.5", "2"})
  void refusesAFactorThatLowersNothing(String factor) {
    assertThatThrownBy(
            () ->
                read(
                    "training.on-divergence={rollback: {learning-rate-factor: %s}}"
                        .formatted(factor)))
        .hasMessageContaining(
            "'training.on-divergence.rollback.learning-rate-factor' is %s but must be a number"
                .formatted(factor));
  }

  @Test
  void refusesAnOptimizerThatHasNoRate() {
    assertThatThrownBy(() -> read("training.on-divergence=rollback", "training.optimizer=adadelta"))
        .hasMessageContaining(
            "'training.on-divergence' is rollback but 'training.optimizer' is adadelta, which has"
                + " no learning rate");
  }

  @Test
  void decidesTheWeights() {
    assertThat(ConfigDigest.of(job("training.on-divergence=rollback")))
        .isNotEqualTo(ConfigDigest.of(job()));
  }

  private static OnDivergence read(String... overrides) {
    return job(overrides).training().onDivergence();
  }

  private static JobConfig job(String... overrides) {
    return JobFile.parse(JOB, "the test's", new Storage(Map.of()), List.of(overrides));
  }
}
