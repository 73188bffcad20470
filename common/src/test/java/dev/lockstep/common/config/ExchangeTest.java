package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.Exchange.Precision;
import dev.lockstep.common.config.Sparsify.Remainder;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code training.exchange} may be. */
@Timeout(30)
class ExchangeTest {
  private static final String JOB =
      """
      job: one
      data: {train: a.csv, label: {column: y}}
      model: {layers: [output]}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.exchange={}",
        "training.exchange={precision: float32}",
        "training.exchange={sparsify: none}"
      })
  void isNoneOfTheJobsWhereAllIsExchangedAsItIs(String override) {
    assertThat(job(override)).isEqualTo(job());
    assertThat(job().training().exchange()).isEmpty();
    assertThat(Json.write(job())).doesNotContain("exchange");
  }

  @Test
  void mapsEveryKey() {
    assertThat(exchange("{precision: bfloat16}"))
        .isEqualTo(new Exchange(Precision.BFLOAT16, new Sparsify.None()));
    assertThat(exchange("{sparsify: {threshold: {value: 1e-4}}}"))
        .isEqualTo(new Exchange(Precision.FLOAT32, new Sparsify.Threshold(1e-4, Remainder.KEPT)));
    assertThat(exchange("{precision: bfloat16, sparsify: {threshold: {error-feedback: false}}}"))
        .isEqualTo(
            new Exchange(Precision.BFLOAT16, new Sparsify.Threshold(0.001, Remainder.DROPPED)));
    assertThat(exchange("{sparsify: top-k}"))
        .isEqualTo(new Exchange(Precision.FLOAT32, new Sparsify.TopK(0.03, Remainder.KEPT)));
    assertThat(exchange("{sparsify: {top-k: {fraction: 1, error-feedback: false}}}"))
        .isEqualTo(new Exchange(Precision.FLOAT32, new Sparsify.TopK(1, Remainder.DROPPED)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{precision: float16} | 'training.exchange.precision' is \"float16\" but must be one of"
            + " float32, bfloat16",
        "{sparsify: {threshold: {value: 0}}} | 'training.exchange.sparsify.threshold.value' is 0"
            + " but must be a number >= 1e-30 and <= 1e30",
        "{sparsify: {top-k: {fraction: 1.5}}} | 'training.exchange.sparsify.top-k.fraction' is 1.5"
            + " but must be a number > 0 and <= 1"
      })
  void refusesBadValues(String exchange, String problem) {
    assertThatThrownBy(() -> exchange(exchange)).hasMessageContaining(problem);
  }

  @Test
  void refusesParameterAveraging() {
    assertThatThrownBy(
            () ->
                job(
                    "training.exchange={precision: bfloat16}",
                    "training.combine=parameter-averaging"))
        .hasMessageContaining(
            "'training.exchange' is given but 'training.combine' is parameter-averaging, which"
                + " exchanges parameters as they are");
  }

  private static Exchange exchange(String text) {
    return job("training.exchange=" + text).training().exchange().orElseThrow();
  }

  private static JobConfig job(String... overrides) {
    return JobFile.parse(JOB, "the test's", new Storage(Map.of()), List.of(overrides));
  }
}
