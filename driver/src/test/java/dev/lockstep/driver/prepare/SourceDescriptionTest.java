package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.TrainingConfig.Order;
import dev.lockstep.common.storage.FileInfo;
import dev.lockstep.common.storage.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SourceDescriptionTest {
  private static final FileInfo A = new FileInfo("file:/a", 10, 1);
  private static final FileInfo B = new FileInfo("file:/b", 20, 2);
  private static final SourceDescription BASE = description(0.1, 1, List.of(A, B));

  @Test
  void seesNoChangeInTheSame() {
    assertThat(description(0.1, 1, List.of(A, B)).changesSince(BASE)).isEmpty();
  }

  @Test
  void namesSettingsThatChanged() {
    assertThat(description(0.2, 2, List.of(A, B)).changesSince(BASE))
        .containsExactly("'data.test' has changed", "'training.seed' has changed");
  }

  @Test
  void namesFilesThatChangedCameOrWent() {
    FileInfo touched = new FileInfo("file:/a", 10, 5);
    FileInfo other = new FileInfo("file:/c", 1, 1);
    assertThat(description(0.1, 1, List.of(touched, other)).changesSince(BASE))
        .containsExactly("file:/a has changed", "file:/b is gone", "file:/c is new");
  }

  @Test
  void noticesFilesThatSwapTheirPurpose() {
    assertThat(description(0.1, 1, List.of(B, A)).changesSince(BASE))
        .containsExactly("the input's files serve another purpose");
  }

  @Test
  void comesBackFromJsonAsItWas() {
    assertThat(Json.read(Json.write(BASE), SourceDescription.class, "test")).isEqualTo(BASE);
  }

  private static SourceDescription description(double test, long seed, List<FileInfo> files) {
    DataConfig data =
        Jobs.csv(
            Path.of("a.csv"),
            new Holdout.Fraction(test),
            Jobs.NONE,
            Jobs.classes("y"),
            Jobs.STANDARD);
    return new SourceDescription(data, seed, Order.SHUFFLED, files);
  }
}
