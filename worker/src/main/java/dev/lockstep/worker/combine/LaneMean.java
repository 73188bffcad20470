package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatChunks;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.LaneTree;

/** The part of a weighted mean over lanes that one rank's lanes make. */
final class LaneMean {
  private final FloatChunks chunks = new FloatChunks();
  private final LaneSums sums;

  /**
   * @param range of the rank, among the lanes of the tree
   * @param length floats of a vector
   */
  LaneMean(LaneTree tree, LaneRange range, int length) {
    this.sums = new LaneSums(tree, range, length);
  }

  void clear() {
    sums.clear();
  }

  /**
   * Adds the next lane.
   *
   * @param vector is scaled in place; where the rank has one lane it is held until the next round
   * @param weight of the lane in the mean
   */
  void add(FloatVector vector, float weight) {
    if (weight == 0) {
      sums.addZeros();
      return;
    }
    if (weight != 1) {
      chunks.scale(vector.floats(), weight);
    }
    sums.add(vector);
  }

  LaneSums sums() {
    return sums;
  }
}
