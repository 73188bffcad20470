package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PreparationIT {
  private static final Path DIGITS =
      Path.of(System.getProperty("lockstep.root"), "conf", "digits.csv");

  @TempDir Path directory;

  @Test
  void preparesDigits() {
    var data =
        Jobs.csv(
            DIGITS,
            new Holdout.Fraction(0.1),
            new Holdout.Fraction(0.1),
            Jobs.classes("digit"),
            Jobs.STANDARD);
    Prepared prepared = Prepared.of(Jobs.of(data), directory);
    var manifest = prepared.dataset().manifest();
    assertThat(manifest.test().samples()).isEqualTo(180);
    assertThat(manifest.validation().samples()).isEqualTo(180);
    assertThat(manifest.train().samples()).isEqualTo(1437);
    assertThat(manifest.schema().input()).isEqualTo(new InputShape.Vector(64));
    assertThat(((LabelSchema.Classes) manifest.schema().label()).names())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(prepared.samples(manifest.train())).hasSize(1437);
    assertThat(Prepared.of(Jobs.of(data), directory).lines())
        .singleElement()
        .asString()
        .endsWith("is up to date");
  }
}
