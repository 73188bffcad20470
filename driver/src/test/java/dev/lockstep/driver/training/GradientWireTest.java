package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.StorageSettings;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.spark.AttemptSpec;
import dev.lockstep.worker.spark.Wire;
import dev.lockstep.worker.training.Start;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class GradientWireTest {
  private final SparkConf conf = new SparkConf(false).set("spark.master", "spark://host:7077");

  @ParameterizedTest
  @ValueSource(
      strings = {"spark.network.crypto.enabled", "spark.authenticate.enableSaslEncryption"})
  void encryptsWhereTheClusterDoes(String setting) {
    conf.set(setting, "true");

    assertThat(GradientWire.of(conf)).isInstanceOf(Wire.Encrypted.class);
    assertThat(GradientWire.warning(conf)).isEmpty();
  }

  @Test
  void warnsWhereTheKeyTravelsInTheClear() {
    assertThat(GradientWire.of(conf)).isInstanceOf(Wire.Authenticated.class);
    assertThat(GradientWire.warning(conf))
        .hasValueSatisfying(
            warning -> assertThat(warning).contains("spark.network.crypto.enabled"));
  }

  @Test
  void warnsWhereSparkEncryptsItsPagesAlone() {
    conf.set("spark.ssl.enabled", "true");

    assertThat(GradientWire.of(conf)).isInstanceOf(Wire.Encrypted.class);
    assertThat(GradientWire.warning(conf)).isPresent();
  }

  @Test
  void saysNothingWhereNothingTravels() {
    assertThat(GradientWire.warning(conf.set("spark.master", "local[4]"))).isEmpty();
  }

  @Test
  void hidesSecretsInTheTextOfAnAttempt() {
    AttemptKey key = AttemptKey.random(new SecureRandom());
    Wire wire = new Wire.Encrypted(AttemptCertificate.create());

    String text =
        new AttemptSpec(
                "run",
                1,
                2,
                "",
                "",
                "",
                "",
                "",
                new Start.Fresh(0),
                "",
                1,
                new AttemptSpec.Digests("", ""),
                "",
                StorageSettings.of(Map.of("fs.s3a.secret.key", "open sesame")),
                key,
                wire)
            .toString();

    assertThat(text).isEqualTo("attempt 1 of run with 2 ranks");
  }
}
