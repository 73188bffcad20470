package dev.lockstep.common.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class CountTest {
  @Test
  void saysOneAsOne() {
    assertThat(Count.of(1, "lane")).isEqualTo("1 lane");
    assertThat(Count.of(0, "lane")).isEqualTo("0 lanes");
    assertThat(Count.of(12_345, "sample")).isEqualTo("12,345 samples");
  }
}
