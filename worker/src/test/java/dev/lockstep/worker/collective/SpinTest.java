package dev.lockstep.worker.collective;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SpinTest {
  @Test
  void isLongOnlyWhereEveryRankCanHaveACore() {
    assertThat(Spin.of(2, 2, 2)).isEqualTo(Spin.LONG);
    assertThat(Spin.of(2, 3, 2)).isEqualTo(Spin.BRIEF);
    assertThat(Spin.of(3, 3, 2)).isEqualTo(Spin.NONE);
  }
}
