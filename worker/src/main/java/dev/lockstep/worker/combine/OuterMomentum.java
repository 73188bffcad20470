package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Span;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The outer optimizer of local SGD: takes the averaged change of a period as a gradient and applies
 * it with momentum. With x the parameters at the start of the period, m the mean of the lanes at
 * its end and v the velocity, zero at first,
 *
 * <pre>
 * v := momentum v + (x - m)
 * x := x - v
 * </pre>
 *
 * which is SlowMo (Wang et al., "SlowMo: improving communication-efficient distributed SGD with
 * slow momentum", 2020) with a slow learning rate of 1 at a constant fast one, and the outer
 * momentum of DiLoCo (Douillard et al., 2023) in its plain form; Chen and Huo's block momentum
 * (2016) is the same. Without momentum x becomes m, up to rounding.
 *
 * <p>The running statistics of layers such as batch normalisation are no weights that a gradient
 * moves, and a variance that overshoots may be negative: they become the mean.
 */
public final class OuterMomentum {
  private static final int CHUNK = 4096;

  private final float momentum;
  private final FloatBuffer velocity;
  private final List<Span> weights;
  private final float[] start = new float[CHUNK];
  private final float[] mean = new float[CHUNK];
  private final float[] moved = new float[CHUNK];

  /**
   * @param momentum in (0, 1)
   * @param velocity state from period to period, one float a parameter, zeros at first
   * @param weights the parameters that are moved; the others become the mean
   */
  public OuterMomentum(double momentum, FloatVector velocity, List<Span> weights) {
    this.momentum = (float) momentum;
    this.velocity = velocity.floats();
    this.weights = List.copyOf(weights);
  }

  /**
   * Ends a period.
   *
   * @param from the parameters at its start
   * @param live their mean over the lanes; takes the new parameters
   */
  void step(FloatBuffer from, FloatBuffer live) {
    for (Span span : weights) {
      step(from, live, span.start(), span.end());
    }
  }

  private void step(FloatBuffer from, FloatBuffer live, int first, int end) {
    for (int at = first; at < end; at += CHUNK) {
      int length = Math.min(CHUNK, end - at);
      from.get(at, start, 0, length);
      live.get(at, mean, 0, length);
      velocity.get(at, moved, 0, length);
      for (int i = 0; i < length; i++) {
        moved[i] = momentum * moved[i] + (start[i] - mean[i]);
        start[i] -= moved[i];
      }
      velocity.put(at, moved, 0, length);
      live.put(at, start, 0, length);
    }
  }
}
