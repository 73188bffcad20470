package dev.lockstep.worker.training;

/** Where the checkpoints of a training go. */
@FunctionalInterface
public interface CheckpointSink {
  /**
   * Stores a checkpoint and returns once that is decided: it is committed, or it failed and the
   * training may go on without it.
   *
   * @throws dev.lockstep.common.failure.LockstepException where the training has to end
   */
  void store(StateCopy copy);

  /** What is being stored is of no use any more: how it fails from here on is nobody's concern. */
  default void giveUp() {}
}
