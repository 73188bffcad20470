package dev.lockstep.driver.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.data.LabelSchema;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class OutcomeTest {
  private static final float[] OUTPUTS = {9, 9, 0.25f, 0.75f};

  @Test
  void namesTheClassAndKeepsTheOutputs() {
    Outcome outcome = Outcome.of(new LabelSchema.Classes("c", List.of("no", "yes")));

    assertThat(outcome.cells(OUTPUTS, 2, 2)).containsExactly("yes", 0.25f, 0.75f);
    assertThat(outcome.size()).isEqualTo(3);
  }

  @Test
  void splitsASingleOutputBetweenTwoClasses() {
    Outcome outcome = Outcome.of(new LabelSchema.Classes("c", List.of("no", "yes")));

    assertThat(outcome.cells(OUTPUTS, 2, 1)).containsExactly("no", 0.75f, 0.25f);
    assertThat(outcome.cells(OUTPUTS, 3, 1)).containsExactly("yes", 0.25f, 0.75f);
  }

  @Test
  void givesAValueInItsOwnUnit() {
    Outcome outcome = Outcome.of(new LabelSchema.Value("y", 100, 40));

    assertThat(outcome.cells(OUTPUTS, 2, 1)).containsExactly(110.0);
    assertThat(outcome.size()).isEqualTo(1);
  }
}
