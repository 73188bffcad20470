package dev.lockstep.worker.compute.lean;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * Activation functions whose derivative is the same at the output as at the input, so that the
 * input need not be kept: f(f(x)) = f(x), and f' too.
 */
final class Recoverable {
  private Recoverable() {}

  static boolean is(IActivation function) {
    return function instanceof ActivationIdentity || function.equals(new ActivationReLU());
  }
}
