package dev.lockstep.worker.combine;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.ProcessGroup;

/** How a training ends that somebody has asked to stop: on all ranks after the same step. */
final class Stopping {
  private Stopping() {}

  /**
   * Goes on, or ends the training.
   *
   * @param step that has just been done, counted from 1
   * @throws LockstepException of kind INTERRUPTED where the group has agreed to stop
   */
  static void check(ProcessGroup group, int epoch, int step) {
    if (group.stopAgreed()) {
      throw new LockstepException(
          FailureKind.INTERRUPTED,
          "Stopped on request after epoch %d, step %d".formatted(epoch, step));
    }
  }
}
