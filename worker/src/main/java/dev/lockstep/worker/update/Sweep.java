package dev.lockstep.worker.update;

import dev.lockstep.worker.collective.Span;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides a gradient by the samples and moves parameters and updater state, each read and written
 * once, in pieces that stay in the cache.
 */
public final class Sweep {
  private static final int SIZE = 4096;

  private final UpdateRule rule;
  private final Span block;
  private final int stateStart;
  private final float[] gradient = new float[SIZE];
  private final float[] parameters = new float[SIZE];
  private final float[][] state;

  /**
   * @param block of the flat parameters and of the flat gradient
   * @param stateStart of the block's state, one vector after another
   */
  public Sweep(UpdateRule rule, Span block, int stateStart) {
    this.rule = rule;
    this.block = block;
    this.stateStart = stateStart;
    this.state = new float[rule.stateVectors()][SIZE];
  }

  /**
   * Applies the rule once to those parameters of the block that lie in a part of the vector.
   *
   * @param divisor of the gradient, which is left as it is
   */
  public void run(Vectors vectors, float divisor, int iteration, int epoch, Span part) {
    rule.begin(iteration, epoch);
    int end = Math.min(block.end(), part.end());
    for (int at = Math.max(block.start(), part.start()); at < end; at += SIZE) {
      piece(vectors, divisor, at, Math.min(SIZE, end - at));
    }
  }

  /**
   * The state, vector by vector, that moves with those parameters of the block that lie in a part
   * of the flat parameters.
   */
  public List<Span> stateOf(Span part) {
    Span own = part.within(block);
    return own.length() == 0
        ? List.of()
        : IntStream.range(0, state.length)
            .map(number -> stateOf(block.start() + own.start(), number))
            .mapToObj(start -> new Span(start, start + own.length()))
            .toList();
  }

  private int stateOf(int parameter, int number) {
    return stateStart + number * block.length() + parameter - block.start();
  }

  private void piece(Vectors vectors, float divisor, int start, int size) {
    vectors.gradient().get(start, gradient, 0, size);
    vectors.parameters().get(start, parameters, 0, size);
    for (int i = 0; i < state.length; i++) {
      vectors.state().get(stateOf(start, i), state[i], 0, size);
    }
    divide(size, divisor);
    rule.apply(gradient, parameters, state, size);
    vectors.parameters().put(start, parameters, 0, size);
    for (int i = 0; i < state.length; i++) {
      vectors.state().put(stateOf(start, i), state[i], 0, size);
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
