package dev.lockstep.driver.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.run.Metrics;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class EvaluationTextTest {
  private static final Optional<Double> NOTHING = Optional.empty();

  @Test
  void showsFiguresAndConfusionOfTwoClasses() {
    EvaluationResult result =
        new EvaluationResult(
            "run",
            "adult-test.csv",
            classification(16_281),
            List.of("<=50K", ">50K"),
            List.of(List.of(11_800L, 635L), List.of(1_700L, 2_146L)),
            2,
            List.of());

    assertThat(result.text())
        .isEqualTo(
            """
            Evaluated 16,281 samples of adult-test.csv, 2 skipped
              loss       0.320100
              accuracy   0.856600
              precision  0.771700 (of '>50K')
              recall     0.558000 (of '>50K')
              F1         0.647700 (of '>50K')
              Samples by true class (rows) and predicted class (columns):
                     <=50K   >50K
              <=50K  11800    635
               >50K   1700   2146
            """);
  }

  @Test
  void showsNoMatrixThatIsTooWide() {
    List<Long> zeros = Collections.nCopies(21, 0L);

    EvaluationResult result =
        new EvaluationResult(
            "run",
            "words.csv",
            classification(5),
            IntStream.range(0, 21).mapToObj(i -> "w" + i).toList(),
            Collections.nCopies(21, zeros),
            0,
            List.of());

    assertThat(result.text()).endsWith("  The confusion matrix of 21 classes: --json\n");
  }

  @Test
  void showsTheFiguresOfARegression() {
    Metrics metrics =
        new Metrics(
            88,
            0.5,
            NOTHING,
            NOTHING,
            NOTHING,
            NOTHING,
            Optional.of(53.25),
            Optional.of(43.5),
            Optional.of(0.45));

    EvaluationResult result =
        new EvaluationResult("run", "the test part", metrics, List.of(), List.of(), 0, List.of());

    assertThat(result.text())
        .isEqualTo(
            """
            Evaluated 88 samples of the test part
              loss       0.500000
              RMSE       53.2500
              MAE        43.5000
              R2         0.450000
            """);
  }

  private static Metrics classification(long samples) {
    return new Metrics(
        samples,
        0.3201,
        Optional.of(0.8566),
        Optional.of(0.7717),
        Optional.of(0.5580),
        Optional.of(0.6477),
        NOTHING,
        NOTHING,
        NOTHING);
  }
}
