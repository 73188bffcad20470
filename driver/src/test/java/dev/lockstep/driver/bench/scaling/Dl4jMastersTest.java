package dev.lockstep.driver.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class Dl4jMastersTest {
  @ParameterizedTest
  @CsvSource({"60,2,60", "59,2,40", "468,2,460", "60,8,80", "60,4,40", "1,2,20"})
  void givesEveryWorkerFullRoundsOfTen(int wanted, int workers, int minibatches) {
    assertThat(Dl4jMasters.whole(wanted, workers)).isEqualTo(minibatches);
  }
}
