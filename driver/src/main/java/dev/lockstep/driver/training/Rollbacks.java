package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.OnDivergence;
import dev.lockstep.common.failure.Count;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.network.NetworkConfiguration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes a run that has diverged back to the start of its epoch, as often as the job allows. How
 * often that was done is in the commit log and in the checkpoints that were taken since, so that a
 * run which is interrupted meanwhile goes through the same weights.
 */
final class Rollbacks {
  private final OnDivergence onDivergence;
  private final CheckpointKeeper keeper;
  private final Position end;
  private final Consumer<String> events;
  private int done;

  /**
   * The rollbacks of one run.
   *
   * @param end of the training: what diverges there would do so again
   * @param events told of each
   */
  Rollbacks(
      OnDivergence onDivergence, CheckpointKeeper keeper, Position end, Consumer<String> events) {
    this.onDivergence = onDivergence;
    this.keeper = keeper;
    this.end = end;
    this.events = events;
  }

  /**
   * An attempt begins.
   *
   * @param from none for the run's very beginning
   * @param before how often the training had gone back when that was taken
   * @return how often it has gone back by now
   */
  int goOnFrom(Optional<CommittedCheckpoint> from, int before) {
    done = before + keeper.rollbacksTo(from);
    return done;
  }

  /** The network as it is trained from here on. */
  NetworkConfiguration slowed(NetworkConfiguration network) {
    return onDivergence instanceof OnDivergence.Rollback rollback && done > 0
        ? network.withLearningRatesTimes(rollback.factorAfter(done))
        : network;
  }

  /**
   * Refuses a network whose learning rates cannot be lowered, if that may be needed.
   *
   * @throws LockstepException of kind CONFIG
   */
  void requirePossible(NetworkConfiguration network) {
    if (onDivergence instanceof OnDivergence.Rollback rollback) {
      network.withLearningRatesTimes(rollback.factorAfter(1));
    }
  }

  /**
   * Takes the run back, where the failure is a divergence and the job wants that.
   *
   * @return whether the run was taken back
   * @throws LockstepException of kind DIVERGED where that was done often enough
   */
  boolean wasTakenBackAfter(LockstepException failure) {
    if (failure.kind() != FailureKind.DIVERGED
        || !(onDivergence instanceof OnDivergence.Rollback rollback)) {
      return false;
    }
    Position start = keeper.epochStart().map(CommittedCheckpoint::position).orElse(Position.START);
    if (start.equals(end)) {
      return false;
    }
    if (done >= rollback.times()) {
      throw new LockstepException(
          FailureKind.DIVERGED,
          "Gave up after %s ('training.on-divergence.rollback.times'): %s"
              .formatted(Count.of(done, "rollback"), failure.getMessage()),
          failure);
    }
    keeper.rollBack();
    events.accept(
        "Back to the start of epoch %d, with learning rates times %s from there on: %s"
            .formatted(start.epoch(), rollback.factorAfter(done + 1), failure.getMessage()));
    return true;
  }
}
