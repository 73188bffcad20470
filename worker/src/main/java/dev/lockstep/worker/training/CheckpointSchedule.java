package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.CheckpointInterval;
import dev.lockstep.common.config.OnDivergence;
import java.util.function.LongSupplier;

/**
 * When rank 0 wants a checkpoint: whenever a multiple of the interval has been passed since the
 * last one. Intervals of epochs end with an epoch. The end of the training is not its business.
 */
final class CheckpointSchedule {
  private final CheckpointInterval every;
  private final OnDivergence onDivergence;
  private final int steps;
  private final LongSupplier nanoTime;
  private Position last;
  private long lastAt;

  /**
   * A schedule that has yet to see its first checkpoint.
   *
   * @param steps of an epoch
   * @param from where the training begins
   */
  CheckpointSchedule(
      CheckpointInterval every,
      OnDivergence onDivergence,
      int steps,
      Position from,
      LongSupplier nanoTime) {
    this.every = every;
    this.onDivergence = onDivergence;
    this.steps = steps;
    this.nanoTime = nanoTime;
    this.last = from;
    this.lastAt = nanoTime.getAsLong();
  }

  /**
   * Whether the training may have to go back to the state after a step, so that it has to be kept.
   */
  boolean isNeededAfter(int step) {
    return step == steps && onDivergence instanceof OnDivergence.Rollback;
  }

  /** A checkpoint was taken. */
  void taken(Position position) {
    last = position;
    lastAt = nanoTime.getAsLong();
  }

  /**
   * Whether there should be a checkpoint after a step.
   *
   * @param epoch counted from 1
   * @param step counted from 1
   */
  boolean isDueAfter(int epoch, int step) {
    if (every instanceof CheckpointInterval.Epochs interval) {
      return step == steps && hasPassed(interval.epochs(), epoch, last.epoch() - 1L);
    }
    if (every instanceof CheckpointInterval.Steps interval) {
      return hasPassed(interval.steps(), count(epoch, step), count(last.epoch(), last.step()));
    }
    CheckpointInterval.Elapsed interval = (CheckpointInterval.Elapsed) every;
    return nanoTime.getAsLong() - lastAt >= interval.time().toNanos();
  }

  private static boolean hasPassed(int interval, long done, long doneAtLast) {
    return done / interval > doneAtLast / interval;
  }

  private long count(int epoch, int step) {
    return (epoch - 1L) * steps + step;
  }
}
