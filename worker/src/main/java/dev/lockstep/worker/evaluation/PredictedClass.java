package dev.lockstep.worker.evaluation;

/** The class that a network's outputs speak for. */
public final class PredictedClass {
  private static final float THRESHOLD = 0.5f;

  private PredictedClass() {}

  /**
   * The index of the greatest output, the lowest one of equals. A single output is the probability
   * of the second of two classes: that one is predicted from 0.5 on.
   *
   * @param offset of the sample's first output
   * @param units outputs of the sample
   */
  public static int of(float[] outputs, int offset, int units) {
    if (units == 1) {
      return outputs[offset] >= THRESHOLD ? 1 : 0;
    }
    int best = 0;
    for (int unit = 1; unit < units; unit++) {
      if (outputs[offset + unit] > outputs[offset + best]) {
        best = unit;
      }
    }
    return best;
  }
}
