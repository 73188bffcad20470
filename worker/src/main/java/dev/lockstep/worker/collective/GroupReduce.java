package dev.lockstep.worker.collective;

import java.util.List;

/** Sums over the lanes of each of some {@link LaneGroups}, as one rank sees it. */
@FunctionalInterface
public interface GroupReduce {
  /**
   * Adds the vectors of the lanes of each group along the tree of the group. Every rank calls it
   * after the same operations; a rank gets the sums of the groups of which it has lanes.
   *
   * @param parts one for each group of which the rank has lanes, in order
   */
  void allReduce(List<Part> parts, Occasion occasion);

  /**
   * What a rank brings of a group, and gets.
   *
   * @param sums of the rank's lanes of the group
   * @param result takes the sum; it may be the very memory that was added as a single lane's vector
   */
  record Part(LaneSums sums, FloatVector result) {}
}
