package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.CommonNodes;
import dev.lockstep.worker.collective.Occasion;
import java.util.Optional;

/** How the sum of all lanes' gradients becomes the new parameters of all ranks. */
public sealed interface StepUpdate permits WholeUpdate, ShardedUpdate, CommonUpdate {
  /** What a rank gets of the sum. */
  enum Share {
    ALL,
    /** Its slice of {@link dev.lockstep.worker.collective.Slices}. */
    SLICE,
    /** The same, while others may still read its gradient: the update ends with a barrier. */
    SLICE_AHEAD
  }

  /** What it needs of the sum. */
  Share share();

  /** Where the ranks leave what they bring to the sum, if all of them see it. */
  default Optional<CommonNodes> commonNodes() {
    return Optional.empty();
  }

  /**
   * Moves the parameters.
   *
   * @param samples of the step, of all lanes
   * @param clock where its time is booked
   */
  void apply(int samples, StepClock clock, Occasion occasion);

  /** Makes the updater state whole on every rank. */
  void gatherState(Occasion occasion);
}
