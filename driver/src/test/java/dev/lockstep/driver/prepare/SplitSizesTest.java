package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SplitSizesTest {
  @Test
  void takesFractionsOfAllRows() {
    assertThat(SplitSizes.of(data(new Holdout.Fraction(0.1), new Holdout.Fraction(0.1)), 10_000))
        .isEqualTo(new SplitSizes(1000, 1000, 8000));
  }

  @Test
  void takesNothingForSplitsWithFilesOfTheirOwn() {
    assertThat(SplitSizes.of(data(new Holdout.Path("test.csv"), Jobs.NONE), 10))
        .isEqualTo(new SplitSizes(0, 0, 10));
  }

  @Test
  void leavesSplitsEmptyWhereThereAreTooFewRows() {
    assertThat(SplitSizes.of(data(new Holdout.Fraction(0.1), new Holdout.Fraction(0.1)), 1))
        .isEqualTo(new SplitSizes(0, 0, 1));
  }

  private static DataConfig data(Holdout test, Holdout validation) {
    return Jobs.csv(Path.of("a.csv"), test, validation, Jobs.classes("y"), Jobs.STANDARD);
  }
}
