package dev.lockstep.worker.compute;

import java.util.Arrays;

/** How a gradient compares with the one that DL4J has computed from the same batch. */
sealed interface Agreement {
  /** Largest difference that is taken for rounding, as a part of the largest element. */
  double TOLERANCE = 1e-5;

  /** Every bit is the same. */
  record Same() implements Agreement {}

  /**
   * Differences that rounding explains.
   *
   * @param most largest difference as a part of DL4J's largest element
   */
  record Close(double most) implements Agreement {}

  /**
   * Differences that it does not.
   *
   * @param most as in {@link Close}; NaN where a gradient is not finite
   */
  record Apart(double most) implements Agreement {}

  static Agreement of(float[] gradient, float[] reference) {
    if (Arrays.equals(gradient, reference)) {
      return new Same();
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < reference.length; i++) {
      largest = Math.max(largest, Math.abs(reference[i]));
      difference = Math.max(difference, Math.abs((double) gradient[i] - reference[i]));
    }
    double most = largest == 0 ? Double.POSITIVE_INFINITY : difference / largest;
    return most <= TOLERANCE ? new Close(most) : new Apart(most);
  }
}
