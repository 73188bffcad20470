package dev.lockstep.worker.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.storage.Json;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.evaluation.EvaluationAveraging;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(60)
final class EvaluationSumsTest {
  private static final double CLOSE = 1e-12;
  private static final LabelSchema TWO = new LabelSchema.Classes("income", List.of("no", "yes"));
  private static final LabelSchema THREE =
      new LabelSchema.Classes("colour", List.of("red", "green", "blue"));

  @Test
  void countsByTrueAndPredictedClassAndGivesTiesToTheLowerIndex() {
    EvaluationSums sums = EvaluationSums.of(THREE);

    sums.add(
        new float[] {
          0.1f, 0.8f, 0.1f, //
          0.4f, 0.4f, 0.2f, //
          0.2f, 0.4f, 0.4f, //
          0.0f, 0.1f, 0.9f
        },
        new float[] {1, 0, 2, 2},
        4,
        2.0);

    assertThat(sums.confusion())
        .isDeepEqualTo(
            new long[][] {
              {1, 0, 0},
              {0, 1, 0},
              {0, 1, 1}
            });
    Metrics metrics = sums.metrics();
    assertThat(metrics.samples()).isEqualTo(4);
    assertThat(metrics.loss()).isEqualTo(0.5);
    assertThat(metrics.accuracy()).contains(3 / 4.0);
    assertThat(metrics.precision().orElseThrow()).isCloseTo((1 + 1 / 2.0 + 1) / 3, within(CLOSE));
    assertThat(metrics.recall().orElseThrow()).isCloseTo((1 + 1 + 1 / 2.0) / 3, within(CLOSE));
    assertThat(metrics.f1().orElseThrow()).isCloseTo((1 + 2 / 3.0 + 2 / 3.0) / 3, within(CLOSE));
    assertThat(metrics.rmse()).isEmpty();
  }

  @Test
  void takesOneOutputAsTheProbabilityOfTheSecondClass() {
    EvaluationSums sums = EvaluationSums.of(TWO);

    sums.add(new float[] {0.49f, 0.5f, 0.9f, 0.2f, 0.7f}, new float[] {0, 0, 1, 1, 1}, 5, 0);

    assertThat(sums.confusion()).isDeepEqualTo(new long[][] {{1, 1}, {1, 2}});
    assertThat(sums.metrics().precision()).contains(2 / 3.0);
    assertThat(sums.metrics().recall()).contains(2 / 3.0);
    assertThat(sums.metrics().accuracy()).contains(3 / 5.0);
  }

  @Test
  void countsClassesThatNeverOccurAsZero() {
    EvaluationSums sums = EvaluationSums.of(THREE);

    sums.add(new float[] {1, 0, 0, 1, 0, 0}, new float[] {0, 0}, 2, 0);

    assertThat(sums.metrics().accuracy()).contains(1.0);
    assertThat(sums.metrics().f1()).contains(1 / 3.0);
  }

  @Test
  void agreesWithEvaluationOfNd4j() {
    Random random = new Random(11);
    int samples = 500;
    float[] outputs = new float[samples * 3];
    float[] labels = new float[samples];
    float[] oneHot = new float[samples * 3];
    for (int i = 0; i < samples; i++) {
      for (int c = 0; c < 3; c++) {
        outputs[3 * i + c] = random.nextFloat();
      }
      labels[i] = random.nextInt(3);
      oneHot[3 * i + (int) labels[i]] = 1;
    }
    Evaluation expected = new Evaluation(3);
    expected.eval(
        Nd4j.createFromArray(oneHot).reshape(samples, 3),
        Nd4j.createFromArray(outputs).reshape(samples, 3));

    EvaluationSums sums = EvaluationSums.of(THREE);
    sums.add(outputs, labels, samples, 0);

    Metrics metrics = sums.metrics();
    assertThat(metrics.accuracy().orElseThrow()).isCloseTo(expected.accuracy(), within(CLOSE));
    assertThat(metrics.precision().orElseThrow())
        .isCloseTo(expected.precision(EvaluationAveraging.Macro), within(CLOSE));
    assertThat(metrics.recall().orElseThrow())
        .isCloseTo(expected.recall(EvaluationAveraging.Macro), within(CLOSE));
    assertThat(metrics.f1().orElseThrow())
        .isCloseTo(expected.f1(EvaluationAveraging.Macro), within(CLOSE));
    assertThat(sums.confusion()[1][2]).isEqualTo(expected.getConfusionMatrix().getCount(1, 2));
  }

  @Test
  void givesRegressionFiguresInTheUnitOfTheLabel() {
    EvaluationSums sums = EvaluationSums.of(new LabelSchema.Value("price", 150, 75));

    // True values 150, 225, 75; predictions 165, 210, 75: errors 15, -15, 0.
    sums.add(new float[] {0.2f, 0.8f, -1f}, new float[] {0, 1, -1}, 3, 6);

    Metrics metrics = sums.metrics();
    assertThat(metrics.loss()).isEqualTo(2);
    assertThat(metrics.rmse().orElseThrow()).isCloseTo(Math.sqrt(450 / 3.0), within(1e-5));
    assertThat(metrics.mae().orElseThrow()).isCloseTo(10, within(1e-5));
    assertThat(metrics.r2().orElseThrow()).isCloseTo(1 - 450.0 / 11250, within(1e-6));
    assertThat(metrics.accuracy()).isEmpty();
    assertThat(sums.confusion()).isEmpty();
  }

  @Test
  void agreesWithRegressionEvaluationOfNd4j() {
    Random random = new Random(12);
    int samples = 400;
    float[] outputs = new float[samples];
    float[] labels = new float[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = (float) random.nextGaussian();
      outputs[i] = labels[i] + 0.3f * (float) random.nextGaussian();
    }
    RegressionEvaluation expected = new RegressionEvaluation(1);
    expected.eval(
        Nd4j.createFromArray(labels).reshape(samples, 1),
        Nd4j.createFromArray(outputs).reshape(samples, 1));

    EvaluationSums sums = EvaluationSums.of(new LabelSchema.Value("y", 0, 1));
    sums.add(outputs, labels, samples, 0);

    Metrics metrics = sums.metrics();
    assertThat(metrics.rmse().orElseThrow())
        .isCloseTo(expected.rootMeanSquaredError(0), within(1e-5));
    assertThat(metrics.mae().orElseThrow()).isCloseTo(expected.meanAbsoluteError(0), within(1e-5));
    assertThat(metrics.r2().orElseThrow()).isCloseTo(expected.rSquared(0), within(1e-5));
  }

  @Test
  void keepsR2ExactForLabelsFarFromZero() {
    EvaluationSums sums = EvaluationSums.of(new LabelSchema.Value("year", 1e9, 1));

    sums.add(new float[] {-1, 0, 1}, new float[] {-1, 0, 1.5f}, 3, 0);

    double mean = 0.5 / 3;
    double total = 1 + 1.5 * 1.5 - 3 * mean * mean;
    assertThat(sums.metrics().r2().orElseThrow()).isCloseTo(1 - 0.25 / total, within(1e-12));
  }

  @Test
  void givesR2OfEqualLabelsAsScikitLearnDoes() {
    LabelSchema label = new LabelSchema.Value("y", 0, 1);
    EvaluationSums perfect = EvaluationSums.of(label);
    perfect.add(new float[] {2, 2}, new float[] {2, 2}, 2, 0);
    EvaluationSums wrong = EvaluationSums.of(label);
    wrong.add(new float[] {2, 3}, new float[] {2, 2}, 2, 0);
    EvaluationSums single = EvaluationSums.of(label);
    single.add(new float[] {2}, new float[] {2}, 1, 0);

    assertThat(perfect.metrics().r2()).contains(1.0);
    assertThat(wrong.metrics().r2()).contains(0.0);
    assertThat(single.metrics().r2()).isEmpty();
  }

  @Test
  void addsUpRowsOfParts() {
    float[] outputs = {0.9f, 0.1f, 0.2f, 0.8f, 0.6f, 0.4f};
    float[] labels = {0, 0, 1};
    EvaluationSums whole = EvaluationSums.of(TWO);
    whole.add(outputs, labels, 3, 1.5);
    EvaluationSums first = EvaluationSums.of(TWO);
    first.add(new float[] {0.9f, 0.1f}, new float[] {0}, 1, 0.5);
    EvaluationSums rest = EvaluationSums.of(TWO);
    rest.add(new float[] {0.2f, 0.8f, 0.6f, 0.4f}, new float[] {0, 1}, 2, 1.0);

    double[] row = first.toRow();
    double[] other = rest.toRow();
    for (int i = 0; i < row.length; i++) {
      row[i] += other[i];
    }

    EvaluationSums merged = EvaluationSums.ofRow(TWO, row);
    assertThat(merged.toRow()).isEqualTo(whole.toRow());
    assertThat(merged.metrics()).isEqualTo(whole.metrics());
    assertThat(merged.samples()).isEqualTo(3);
  }

  @Test
  void saysNothingButZeroSamplesOfAnEmptySplit() {
    for (LabelSchema label : List.of(TWO, new LabelSchema.Value("y", 3, 2))) {
      EvaluationSums sums = EvaluationSums.of(label);
      sums.add(new float[0], new float[0], 0, 0);

      assertThat(Json.write(sums.metrics()))
          .isEqualToIgnoringWhitespace("{\"samples\": 0, \"loss\": 0.0}");
    }
  }

  @Test
  void refusesMoreClassesThanTheConfusionMatrixHolds() {
    List<String> names = Collections.nCopies(1_001, "x");

    assertThatThrownBy(() -> EvaluationSums.of(new LabelSchema.Classes("word", names)))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage("Cannot evaluate 1001 classes: the confusion matrix holds at most 1000");
  }

  @Test
  void refusesBatchesThatDoNotFitTheLabel() {
    EvaluationSums sums = EvaluationSums.of(THREE);

    assertThatThrownBy(() -> sums.add(new float[2], new float[2], 2, 0))
        .hasMessage("1 outputs do not tell 3 classes apart");
    assertThatThrownBy(() -> sums.add(new float[7], new float[2], 2, 0))
        .hasMessage("7 outputs and 2 labels do not make 2 samples");
    assertThatThrownBy(() -> sums.add(new float[3], new float[] {3}, 1, 0))
        .hasMessage("class 3 is not among 3 classes");
    assertThatThrownBy(() -> EvaluationSums.ofRow(THREE, new double[4]))
        .hasMessage("a row has 11 entries, not 4");
  }
}
