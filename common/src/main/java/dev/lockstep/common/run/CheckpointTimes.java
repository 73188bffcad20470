package dev.lockstep.common.run;

import java.util.Optional;

/**
 * The checkpoints of a run and what they cost.
 *
 * @param taken committed ones, those included that were deleted since
 * @param failed ones that could not be written or committed
 * @param hiddenSeconds in which they were written while the training went on
 * @param exposedSeconds in which the training stood still for them
 * @param latest name of the last one
 */
public record CheckpointTimes(
    long taken, long failed, double hiddenSeconds, double exposedSeconds, Optional<String> latest) {
  public static final CheckpointTimes NONE = new CheckpointTimes(0, 0, 0, 0, Optional.empty());

  /** With one more that was committed. */
  public CheckpointTimes committed(String name, double hidden, double exposed) {
    return new CheckpointTimes(
        taken + 1, failed, hiddenSeconds + hidden, exposedSeconds + exposed, Optional.of(name));
  }

  /** With one more that failed. */
  public CheckpointTimes oneFailed() {
    return new CheckpointTimes(taken, failed + 1, hiddenSeconds, exposedSeconds, latest);
  }
}
