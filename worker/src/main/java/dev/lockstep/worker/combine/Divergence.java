package dev.lockstep.worker.combine;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** What a training is told that has left the finite numbers. */
public final class Divergence {
  private Divergence() {}

  /**
   * The failure that ends the training.
   *
   * @param when such as "epoch 1, step 2"
   * @param what such as "the loss is NaN"
   */
  public static LockstepException at(String when, String what) {
    return new LockstepException(
        FailureKind.DIVERGED,
        ("Cannot go on after %s: %s (lower 'training.optimizer.learning-rate', set"
                + " 'training.gradient-clipping', or scale the inputs with 'data.numeric.scale')")
            .formatted(when, what));
  }
}
