package dev.lockstep.driver.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class OutputColumnsTest {
  @Test
  void givesEveryClassAColumnOfItsOwn() {
    assertThat(OutputColumns.probabilities(List.of("<=50K", ">50K", "50K", "Äpfel & Nüsse")))
        .containsExactly(
            "probability___50K",
            "probability__50K",
            "probability_50K",
            "probability_Äpfel___Nüsse");
    assertThat(OutputColumns.probabilities(List.of("a b", "A-B", "a.b")))
        .containsExactly("probability_a_b", "probability_A_B_1", "probability_a_b_2");
  }
}
