package dev.lockstep.worker.evaluation;

import dev.lockstep.common.run.Metrics;
import java.util.Optional;

/**
 * The figures of a regression, in the label's own unit: sums of the squared error, of the absolute
 * error, of the label's distance d from the schema's shift, and of its square.
 *
 * <p>RMSE is the root of the mean squared error, MAE the mean absolute error, and R2 = 1 - SSE /
 * SST, the coefficient of determination (Draper and Smith, Applied Regression Analysis, 1998,
 * chapter 1), with SST = sum(d^2) - sum(d)^2 / n. Distances from the shift, which lies near the
 * mean of the training part, keep that difference from cancelling. Equal labels have no SST: R2 is
 * then 1 for a perfect prediction and 0 for any other, as in scikit-learn; fewer than two samples
 * have no R2.
 *
 * @param scale the label's units in one unit of the network
 */
record ValueFigures(double scale) implements Figures {
  private static final int SQUARED_ERROR = EvaluationSums.COMMON;
  private static final int ABSOLUTE_ERROR = EvaluationSums.COMMON + 1;
  private static final int DISTANCE = EvaluationSums.COMMON + 2;
  private static final int SQUARED_DISTANCE = EvaluationSums.COMMON + 3;

  @Override
  public int length() {
    return 4;
  }

  @Override
  public void add(double[] row, float[] outputs, int units, float[] labels, int samples) {
    if (units != 1) {
      throw new IllegalArgumentException("%d outputs are not one value".formatted(units));
    }
    for (int i = 0; i < samples; i++) {
      double error = ((double) outputs[i] - labels[i]) * scale;
      double distance = labels[i] * scale;
      row[SQUARED_ERROR] += error * error;
      row[ABSOLUTE_ERROR] += Math.abs(error);
      row[DISTANCE] += distance;
      row[SQUARED_DISTANCE] += distance * distance;
    }
  }

  @Override
  public Metrics metrics(double[] row, long samples, double loss) {
    return new Metrics(
        samples,
        loss,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Math.sqrt(row[SQUARED_ERROR] / samples)),
        Optional.of(row[ABSOLUTE_ERROR] / samples),
        determination(row, samples));
  }

  @Override
  public long[][] confusion(double[] row) {
    return new long[0][];
  }

  private static Optional<Double> determination(double[] row, long samples) {
    if (samples < 2) {
      return Optional.empty();
    }
    double total = row[SQUARED_DISTANCE] - row[DISTANCE] * row[DISTANCE] / samples;
    double error = row[SQUARED_ERROR];
    return Optional.of(total > 0 ? 1 - error / total : error == 0 ? 1.0 : 0.0);
  }
}
