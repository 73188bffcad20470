package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Wish;
import dev.lockstep.worker.combine.StepBoundary;

/**
 * Where a training takes its checkpoints and where it stops: after a step for which rank 0 has
 * wished it, on all ranks alike. What is agreed on with the last step of an epoch is done after the
 * epoch's evaluation.
 */
final class CheckpointBoundary implements StepBoundary {
  private final ProcessGroup group;
  private final Checkpointer checkpointer;
  private final int steps;
  private final int epochs;
  private Wish atEpochEnd = Wish.GO_ON;

  /**
   * @param steps of an epoch
   * @param epochs of the training
   */
  CheckpointBoundary(ProcessGroup group, Checkpointer checkpointer, int steps, int epochs) {
    this.group = group;
    this.checkpointer = checkpointer;
    this.steps = steps;
    this.epochs = epochs;
  }

  @Override
  public void approaching(int epoch, int step) {
    boolean isLast = epoch == epochs && step == steps;
    if (group.rank() == 0 && !isLast && checkpointer.isDueAfter(epoch, step)) {
      group.express(Wish.CHECKPOINT);
    }
  }

  @Override
  public void reached(int epoch, int step) {
    if (step == steps) {
      atEpochEnd = group.agreed();
    } else {
      grant(group.agreed(), new Position(epoch, step));
    }
  }

  /** An epoch and its evaluation are done. */
  void epochDone(EpochReport epoch) {
    checkpointer.epochDone(epoch);
    Position next = new Position(epoch.epoch() + 1, 0);
    grant(atEpochEnd, next);
    if (checkpointer.isNeededAfter(steps)) {
      checkpointer.await(next);
    }
  }

  private void grant(Wish wish, Position position) {
    switch (wish) {
      case GO_ON -> {}
      case CHECKPOINT -> checkpointer.take(position);
      case STOP -> {
        checkpointer.take(position);
        checkpointer.await(position);
        throw new LockstepException(
            FailureKind.INTERRUPTED, "Stopped on request after " + position.text());
      }
    }
  }
}
