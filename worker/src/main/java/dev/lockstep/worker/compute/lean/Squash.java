package dev.lockstep.worker.compute.lean;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * Hyperbolic tangent and logistic function over arrays, by a quotient of two polynomials: nothing
 * but single-precision arithmetic, which the JIT compiler vectorises and which gives the same bits
 * on every machine. The absolute error is below 5e-7.
 *
 * <p>The polynomials are those of Eigen ({@code generic_fast_tanh_float} in
 * Eigen/src/Core/MathFunctionsImpl.h).
 */
enum Squash {
  /** tanh(x). */
  TANH(1f, 0f),
  /** 1 / (1 + exp(-x)), which is (1 + tanh(x / 2)) / 2. */
  LOGISTIC(0.5f, 0.5f);

  /** From here on the quotient is 1. */
  private static final float FLAT = 7.905311f;

  private final float scale;
  private final float offset;

  Squash(float scale, float offset) {
    this.scale = scale;
    this.offset = offset;
  }

  /** What computes a function of ND4J's, where something here does. */
  static Optional<Squash> of(IActivation function) {
    if (function instanceof ActivationTanH) {
      return Optional.of(TANH);
    }
    return function instanceof ActivationSigmoid ? Optional.of(LOGISTIC) : Optional.empty();
  }

  /** Where the derivative is zero besides at 1: at an output y it is (1 - y) (y - floor). */
  float floor() {
    return 2f * offset - 1f;
  }

  /** Leaves f(x); NaN where x is. */
  void apply(float[] values, float[] target) {
    apply(values, target, scale, offset);
  }

  private static void apply(float[] values, float[] target, float scale, float offset) {
    for (int i = 0; i < values.length; i++) {
      target[i] = scale * tanh(scale * values[i]) + offset;
    }
  }

  /** Exchanges x for f(x + shift). */
  void applyShifted(float[] values, float[] shifts) {
    applyShifted(values, shifts, scale, offset);
  }

  private static void applyShifted(float[] values, float[] shifts, float scale, float offset) {
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * tanh(scale * (values[i] + shifts[i])) + offset;
    }
  }

  private static float tanh(float value) {
    float x = Math.max(-FLAT, Math.min(FLAT, value));
    float square = x * x;
    float odd = -2.7607684e-16f;
    odd = odd * square + 2.000188e-13f;
    odd = odd * square - 8.604672e-11f;
    odd = odd * square + 5.1222973e-8f;
    odd = odd * square + 1.48572235e-5f;
    odd = odd * square + 6.3726195e-4f;
    odd = odd * square + 0.0048935246f;
    float even = 1.1982584e-6f;
    even = even * square + 1.1853471e-4f;
    even = even * square + 0.0022684347f;
    even = even * square + 0.004893525f;
    return x * odd / even;
  }
}
