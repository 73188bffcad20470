package dev.lockstep.worker.evaluation;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.run.Metrics;

/**
 * The sums over samples from which every metric follows, so that parts of a split can be evaluated
 * apart and added later.
 *
 * <p>A row of sums starts with the samples and their loss; the rest depends on the kind of label
 * ({@link ClassFigures}, {@link ValueFigures}). Every entry is a plain sum: rows of one schema may
 * be added element by element, and a caller that fixes the order of the additions fixes the bits.
 */
public final class EvaluationSums {
  /** Classes that a label may have at most. */
  public static final int MAX_CLASSES = ClassFigures.MAX_CLASSES;

  private static final int SAMPLES = 0;
  private static final int LOSS = 1;

  /** Entries in front of those of the label's own figures. */
  static final int COMMON = 2;

  private final Figures figures;
  private final double[] row;

  private EvaluationSums(Figures figures, double[] row) {
    this.figures = figures;
    this.row = row;
  }

  /**
   * Sums of no samples.
   *
   * @throws dev.lockstep.common.failure.LockstepException when there are more than {@link
   *     #MAX_CLASSES} classes
   */
  public static EvaluationSums of(LabelSchema label) {
    Figures figures = Figures.of(label);
    return new EvaluationSums(figures, new double[COMMON + figures.length()]);
  }

  /** Sums from a row, or from a sum of rows, of the same label. */
  public static EvaluationSums ofRow(LabelSchema label, double[] row) {
    EvaluationSums sums = of(label);
    if (row.length != sums.row.length) {
      throw new IllegalArgumentException(
          "a row has %d entries, not %d".formatted(sums.row.length, row.length));
    }
    System.arraycopy(row, 0, sums.row, 0, row.length);
    return sums;
  }

  /**
   * Adds a batch.
   *
   * @param outputs of the network, [samples, units] by row; a class label has one unit a class, or
   *     one unit for two classes; a value has one
   * @param labels class index or scaled value of each sample
   * @param lossSum sum over the samples of the loss, regularisation left out
   */
  public void add(float[] outputs, float[] labels, int samples, double lossSum) {
    if (samples == 0) {
      return;
    }
    int units = outputs.length / samples;
    if (units == 0 || outputs.length != units * samples || labels.length < samples) {
      throw new IllegalArgumentException(
          "%d outputs and %d labels do not make %d samples"
              .formatted(outputs.length, labels.length, samples));
    }
    figures.add(row, outputs, units, labels, samples);
    row[SAMPLES] += samples;
    row[LOSS] += lossSum;
  }

  /** The sums so far, in an array of their own. */
  public double[] toRow() {
    return row.clone();
  }

  /** Samples added so far. */
  public long samples() {
    return (long) row[SAMPLES];
  }

  /**
   * The metrics of all samples added. Without samples there are no figures, and the loss is 0.
   * Their formulas stand with the kinds of label.
   */
  public Metrics metrics() {
    return samples() == 0
        ? Figures.none()
        : figures.metrics(row, samples(), row[LOSS] / row[SAMPLES]);
  }

  /**
   * Samples by true class (row) and predicted class (column); without rows where the label is a
   * value.
   */
  public long[][] confusion() {
    return figures.confusion(row);
  }
}
