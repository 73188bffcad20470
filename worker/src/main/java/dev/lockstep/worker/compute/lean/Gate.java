package dev.lockstep.worker.compute.lean;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * One of the four gates of an LSTM in a time step, on the heap, each matrix [samples, units] column
 * after column.
 */
final class Gate {
  private final Squash squash;
  private final int samples;
  private final int units;
  private final float[] biases;
  private final float[] sums;

  /** The pre-activation without bias, then the activation, then the pre-activation's gradient. */
  final float[] values;

  Gate(Squash squash, int samples, int units) {
    this.squash = squash;
    this.samples = samples;
    this.units = units;
    this.values = new float[samples * units];
    this.biases = new float[samples * units];
    this.sums = new float[samples * units];
  }

  /** Takes the biases of the units from {@code start} on, for every sample. */
  void takeBiases(FloatBuffer source, int start) {
    for (int unit = 0; unit < units; unit++) {
      Arrays.fill(biases, unit * samples, (unit + 1) * samples, source.get(start + unit));
    }
  }

  /** From pre-activation without bias to activation. */
  void activate() {
    squash.applyShifted(values, biases);
  }

  /**
   * Exchanges the activation y for the gradient of the pre-activation: left right f', of which the
   * factors are the gradient of y.
   */
  void takeBack(float[] left, float[] right) {
    takeBack(values, left, right, squash.floor());
  }

  private static void takeBack(float[] y, float[] left, float[] right, float floor) {
    for (int i = 0; i < y.length; i++) {
      y[i] = left[i] * right[i] * ((1f - y[i]) * (y[i] - floor));
    }
  }

  /** Before the last time step, which comes first on the way back. */
  void clearBiasGradient() {
    Arrays.fill(sums, 0f);
  }

  /** Adds this time step's gradient to the biases'. */
  void addToBiasGradient() {
    add(sums, values);
  }

  private static void add(float[] sums, float[] values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  /** Leaves the gradient of the biases, sample after sample added, from {@code start} on. */
  void putBiasGradient(FloatBuffer target, int start) {
    for (int unit = 0; unit < units; unit++) {
      float sum = 0f;
      for (int i = unit * samples; i < (unit + 1) * samples; i++) {
        sum += sums[i];
      }
      target.put(start + unit, sum);
    }
  }
}
