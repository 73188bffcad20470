package dev.lockstep.driver.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class Dl4jMastersTest {
  @ParameterizedTest
  @CsvSource({"10000,2,60", "7679,2,40", "2560,2,20", "2559,2,0", "100000,8,80", "100000,4,40"})
  void givesEveryWorkerFullRoundsOfTen(long samples, int workers, int minibatches) {
    assertThat(Dl4jMasters.minibatches(samples, workers)).isEqualTo(minibatches);
  }
}
