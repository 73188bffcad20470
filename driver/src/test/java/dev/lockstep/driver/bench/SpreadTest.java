package dev.lockstep.driver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SpreadTest {
  @Test
  void takesTheOneInTheMiddleOrTheMeanOfTheTwo() {
    assertThat(Spread.of(List.of(5.0))).isEqualTo(new Spread(5, 5, 5));
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 9));
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(new Spread(1, 3, 9));
  }
}
