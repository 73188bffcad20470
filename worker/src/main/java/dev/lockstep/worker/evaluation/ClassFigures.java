package dev.lockstep.worker.evaluation;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Metrics;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The figures of a classification: a confusion matrix of {@code classes * classes} counts, by true
 * class, then predicted class.
 *
 * <p>With t samples predicted as a class rightly, p predicted as it and a of it: precision t / p,
 * recall t / a, F1 2t / (p + a), each 0 where its divisor is 0 (van Rijsbergen, Information
 * Retrieval, 1979, chapter 7; the divisor of 0 as scikit-learn's {@code zero_division=0}). Two
 * classes report those of the second one, more report the mean over all classes (scikit-learn's
 * {@code average="macro"}).
 */
record ClassFigures(int classes) implements Figures {
  /** Keeps a row below 8 MiB: it holds the square of the classes in doubles. */
  static final int MAX_CLASSES = 1_000;

  ClassFigures {
    if (classes > MAX_CLASSES) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot evaluate %d classes: the confusion matrix holds at most %d"
              .formatted(classes, MAX_CLASSES));
    }
  }

  @Override
  public int length() {
    return classes * classes;
  }

  @Override
  public void add(double[] row, float[] outputs, int units, float[] labels, int samples) {
    if (units != classes && !(units == 1 && classes == 2)) {
      throw new IllegalArgumentException(
          "%d outputs do not tell %d classes apart".formatted(units, classes));
    }
    for (int i = 0; i < samples; i++) {
      row[cell((int) labels[i], PredictedClass.of(outputs, i * units, units))]++;
    }
  }

  @Override
  public Metrics metrics(double[] row, long samples, double loss) {
    double correct = IntStream.range(0, classes).mapToDouble(c -> row[cell(c, c)]).sum();
    return new Metrics(
        samples,
        loss,
        Optional.of(correct / samples),
        Optional.of(overClasses(c -> ratio(row[cell(c, c)], predicted(row, c)))),
        Optional.of(overClasses(c -> ratio(row[cell(c, c)], actual(row, c)))),
        Optional.of(
            overClasses(c -> ratio(2 * row[cell(c, c)], predicted(row, c) + actual(row, c)))),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public long[][] confusion(double[] row) {
    long[][] counts = new long[classes][classes];
    for (int actual = 0; actual < classes; actual++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        counts[actual][predicted] = (long) row[cell(actual, predicted)];
      }
    }
    return counts;
  }

  private int cell(int actual, int predicted) {
    if (actual < 0 || actual >= classes) {
      throw new IllegalArgumentException(
          "class %d is not among %d classes".formatted(actual, classes));
    }
    return EvaluationSums.COMMON + actual * classes + predicted;
  }

  private double overClasses(IntToDoubleFunction figure) {
    return classes == 2
        ? figure.applyAsDouble(1)
        : IntStream.range(0, classes).mapToDouble(figure).sum() / classes;
  }

  private double actual(double[] row, int c) {
    return IntStream.range(0, classes).mapToDouble(other -> row[cell(c, other)]).sum();
  }

  private double predicted(double[] row, int c) {
    return IntStream.range(0, classes).mapToDouble(other -> row[cell(other, c)]).sum();
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
