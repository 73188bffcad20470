package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.Bfloat16;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Span;

/**
 * Exchanges each element that has reached a threshold, as a whole multiple of that (after Strom,
 * "Scalable distributed DNN training using commodity GPU cloud computing", 2015, who exchanges the
 * threshold alone: what is much larger then takes many steps to arrive).
 *
 * <p>The threshold has 8 significant bits and a lane's multiple 7, so that sums of 512 lanes are
 * exact, and can be sent as small whole numbers.
 */
final class ThresholdSparsifier implements Sparsifier {
  private static final int CHUNK = 4096;

  /** The largest multiple: one byte holds it. */
  private static final int MOST = Byte.MAX_VALUE;

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
      int multiple = Math.max(-MOST, Math.min(MOST, (int) (due / step)));
      pending[start + i] = due - multiple * step;
      values[i] = Math.abs(due) <= Float.MAX_VALUE ? multiple * quantum : due; // NaN arrives
    }
  }
}
