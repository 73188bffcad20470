package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class HostLossesTest {
  private final HostLosses losses = new HostLosses();

  @Test
  void namesAHostThatHasLostThreeExecutors() {
    assertThat(losses.count("10.0.0.7:4000")).isEmpty();
    assertThat(losses.count("10.0.0.7:4001")).isEmpty();
    assertThat(losses.count("10.0.0.7:4002"))
        .isEqualTo(
            "; host 10.0.0.7 has lost 3 executors (take it out of the cluster if nobody killed"
                + " them)");
  }

  @Test
  void countsEachHostForItself() {
    losses.count("one:1");
    losses.count("one:2");

    assertThat(losses.count("[fe80::1]:9")).isEmpty();
    assertThat(losses.count("one:3")).contains("host one has lost 3 executors");
  }
}
