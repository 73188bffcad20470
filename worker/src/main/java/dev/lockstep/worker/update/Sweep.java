package dev.lockstep.worker.update;

import java.nio.FloatBuffer;

/**
 * Divides a gradient by the samples and moves parameters and updater state, each read and written
 * once, in pieces that stay in the cache.
 */
public final class Sweep {
  private static final int SIZE = 4096;

  private final UpdateRule rule;
  private final int start;
  private final int length;
  private final int stateStart;
  private final float[] gradient = new float[SIZE];
  private final float[] parameters = new float[SIZE];
  private final float[][] state;

  /**
   * @param start of the block in the flat parameters and in the flat gradient
   * @param length of the block
   * @param stateStart of the block's state, one vector after another
   */
  public Sweep(UpdateRule rule, int start, int length, int stateStart) {
    this.rule = rule;
    this.start = start;
    this.length = length;
    this.stateStart = stateStart;
    this.state = new float[rule.stateVectors()][SIZE];
  }

  /**
   * Applies the rule once to those parameters of the block that lie in a part of the vector.
   *
   * @param divisor of the gradient, which is left as it is
   * @param from the first parameter of the part
   * @param to one past its last
   */
  public void run(Vectors vectors, float divisor, int iteration, int epoch, int from, int to) {
    rule.begin(iteration, epoch);
    int end = Math.min(length, to - start);
    for (int done = Math.max(0, from - start); done < end; done += SIZE) {
      piece(vectors, divisor, done, Math.min(SIZE, end - done));
    }
  }

  /** Where the state of vector {@code number} of a parameter of the block lies. */
  public int stateOf(int parameter, int number) {
    return stateStart + number * length + parameter - start;
  }

  /** Vectors of state. */
  public int stateVectors() {
    return state.length;
  }

  /** The first parameter of the block. */
  public int start() {
    return start;
  }

  /** One past its last. */
  public int end() {
    return start + length;
  }

  private void piece(Vectors vectors, float divisor, int done, int size) {
    vectors.gradient().get(start + done, gradient, 0, size);
    vectors.parameters().get(start + done, parameters, 0, size);
    for (int i = 0; i < state.length; i++) {
      vectors.state().get(stateStart + i * length + done, state[i], 0, size);
    }
    divide(size, divisor);
    rule.apply(gradient, parameters, state, size);
    vectors.parameters().put(start + done, parameters, 0, size);
    for (int i = 0; i < state.length; i++) {
      vectors.state().put(stateStart + i * length + done, state[i], 0, size);
    }
  }

  /** The inverse of a power of two is exact, and a product comes sooner than a quotient. */
  private void divide(int size, float divisor) {
    if (Math.scalb(1f, Math.getExponent(divisor)) == divisor) {
      float inverse = 1 / divisor;
      for (int i = 0; i < size; i++) {
        gradient[i] *= inverse;
      }
    } else {
      for (int i = 0; i < size; i++) {
        gradient[i] /= divisor;
      }
    }
  }

  /**
   * The flat vectors of a network.
   *
   * @param state empty where no updater has any
   */
  public record Vectors(FloatBuffer gradient, FloatBuffer parameters, FloatBuffer state) {}
}
