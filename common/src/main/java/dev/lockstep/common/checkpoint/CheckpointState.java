package dev.lockstep.common.checkpoint;

import dev.lockstep.common.run.EpochReport;
import java.util.List;

/**
 * The state of a run beside its parameters and the updater's: a part of the checkpoint's manifest.
 *
 * @param rollbacks how often the training had gone back to a start of an epoch, up to here
 * @param losses one for each lane of the job; empty at an epoch's start
 * @param epochs the finished ones
 */
public record CheckpointState(
    Position position, int rollbacks, List<LaneLoss> losses, List<EpochReport> epochs) {
  public CheckpointState {
    losses = List.copyOf(losses);
    epochs = List.copyOf(epochs);
  }

  /** Samples that the training has seen of the unfinished epoch. */
  public long samplesInEpoch() {
    return losses.stream().mapToLong(LaneLoss::samples).sum();
  }
}
