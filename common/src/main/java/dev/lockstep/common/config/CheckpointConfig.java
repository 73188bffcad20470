package dev.lockstep.common.config;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Section {@code checkpoint}: how much work a fault may cost. Nothing in it changes the weights.
 *
 * @param keep how many of the latest checkpoints stay
 * @param keepBest how many of those with the least validation loss stay beside them
 * @param keepEvery in epochs: the end of every such epoch stays for good; empty: none does
 * @param tolerateFailures checkpoints in a row that may fail before the run does
 * @param retryBudget how long a file system that is away is waited for
 */
public record CheckpointConfig(
    CheckpointInterval every,
    int keep,
    int keepBest,
    OptionalInt keepEvery,
    int tolerateFailures,
    Duration retryBudget) {
  /** What holds where a job file says nothing. */
  public static final CheckpointConfig DEFAULT =
      new CheckpointConfig(
          new CheckpointInterval.Epochs(1), 3, 1, OptionalInt.empty(), 2, Duration.ofMinutes(5));
}
