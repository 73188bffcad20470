package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.Bfloat16;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Span;

/**
 * Exchanges plus or minus a threshold for each element that has reached it (Strom, "Scalable
 * distributed DNN training using commodity GPU cloud computing", 2015).
 *
 * <p>What is exchanged has 8 significant bits, so that sums of up to 65,536 lanes are exact and can
 * be sent as small whole numbers.
 */
final class ThresholdSparsifier implements Sparsifier {
  private static final int CHUNK = 4096;

  private final double threshold;
  private final float[] values = new float[CHUNK];

  /**
   * @param threshold in units of the gradient that the optimizer sees
   */
  ThresholdSparsifier(double threshold) {
    this.threshold = threshold;
  }

  @Override
  public float quantum(int samples) {
    return Bfloat16.round((float) (threshold * samples));
  }

  @Override
  public void choose(float[] pending, FloatVector gradient, Span section, int samples) {
    float quantum = quantum(samples);
    for (int start = section.start(); start < section.end(); start += CHUNK) {
      int size = Math.min(CHUNK, section.end() - start);
      gradient.floats().get(start, values, 0, size);
      choose(pending, start, size, quantum, 1f / samples);
      gradient.floats().put(start, values, 0, size);
    }
  }

  private void choose(float[] pending, int start, int size, float quantum, float unit) {
    float step = quantum * unit;
    for (int i = 0; i < size; i++) {
      float due = pending[start + i] + values[i] * unit;
      boolean waits = Math.abs(due) < step; // NaN does not
      float chosen = waits ? 0 : Math.copySign(quantum, due);
      pending[start + i] = waits ? due : due - Math.copySign(step, due);
      values[i] = Math.abs(due) <= Float.MAX_VALUE ? chosen : due;
    }
  }
}
