package dev.lockstep.driver.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SettingTest {
  @Test
  void readsListsOfNumbers() {
    assertThat(setting("2, 40,600").numbers("floats", 2)).containsExactly(2, 40, 600);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1,", "2,x", "2,1", "3000000000"})
  void refusesListsOfAnythingElse(String value) {
    assertThatThrownBy(() -> setting(value).numbers("floats", 2))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage("'floats' is '%s' but must be whole numbers >= 2, separated by commas", value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-2", "two", ""})
  void refusesANumberThatIsLessThanTheLeast(String value) {
    assertThatThrownBy(() -> setting(value).number("floats", 2))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage("'floats' is '%s' but must be a whole number >= 2", value);
  }

  private static Setting setting(String value) {
    return new Setting(Map.of("floats", value), Path.of("."), new RecordedProgress());
  }
}
