package dev.lockstep.driver.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.driver.bench.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PacesTest {
  private final Paces paces = new Paces();

  @Test
  void dividesByThePaceOfTheSameRound() {
    add("fast", 1, 100, 300, 200);
    add("slow", 1, 50, 100, 50);

    assertThat(paces.rows(List.of(new Comparison("fast", "slow"))))
        .containsExactly(
            Row.of("case", "fast")
                .and("rounds", 3)
                .and("samples/s", 200.0)
                .and("slowest", 100.0)
                .and("fastest", 300.0)
                .and("against", "slow")
                .and("ratio", 3.0)
                .and("least ratio", 2.0)
                .and("greatest ratio", 4.0));
  }

  @Test
  void comparesOnlyRoundsThatBothWereMeasuredIn() {
    add("fast", 1, 100, 300, 200);
    add("slow", 2, 100);

    Row row = paces.rows(List.of(new Comparison("slow", "fast"))).get(0);

    assertThat(row.figures()).containsEntry("rounds", 1).containsEntry("ratio", 1 / 3.0);
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    add("fast", 1, 100);

    assertThat(
            paces.rows(
                List.of(
                    new Comparison("fast", "absent"),
                    new Comparison("absent", "fast"),
                    new Comparison("fast", "fast"))))
        .extracting(row -> row.figures().get("against"))
        .containsExactly("fast");
  }

  private void add(String contender, int firstRound, double... samplesPerSecond) {
    for (int i = 0; i < samplesPerSecond.length; i++) {
      paces.add(contender, firstRound + i, samplesPerSecond[i]);
    }
  }
}
