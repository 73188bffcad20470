package dev.lockstep.driver.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ContenderTest {
  private final Counting contender = new Counting();

  @Test
  void warmsUpOnceAtLeast() {
    contender.warmUp(Duration.ZERO);

    assertThat(contender.trainings).isEqualTo(1);
  }

  @Test
  void warmsUpForAsLongAsIsAsked() {
    long start = System.nanoTime();
    contender.warmUp(Duration.ofMillis(200));

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000);
    assertThat(contender.trainings).isGreaterThan(1);
  }

  /** Trains in no time. */
  private static final class Counting implements Contender {
    private int trainings;

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public OptionalDouble samplesPerSecond() {
      trainings++;
      return OptionalDouble.of(1);
    }
  }
}
