package dev.lockstep.worker.collective;

import java.util.ArrayList;
import java.util.List;

/**
 * The fixed binary tree along which the vectors of the lanes are added, whatever the number of
 * ranks.
 *
 * <p>A node covers the lanes {@code [start, stop)}. Its left child is as large as the largest power
 * of two that is smaller than the node, so with M = 6 the tree is {@code ((0+1)+(2+3))+(4+5)}. A
 * rank adds up the largest nodes that its range holds whole; what is left of the additions is the
 * same for everyone.
 */
public final class LaneTree {
  private final int lanes;

  public LaneTree(int lanes) {
    if (lanes < 1) {
      throw new IllegalArgumentException("Invalid number of lanes: " + lanes + " (must be > 0)");
    }
    this.lanes = lanes;
  }

  public int lanes() {
    return lanes;
  }

  /**
   * How a rank adds its own lanes on a stack: entry i is the number of additions of the two topmost
   * vectors that follow after the vector of the i-th lane of the range was pushed. What remains on
   * the stack are the range's largest nodes, in the order of lanes.
   */
  int[] additionsWithin(LaneRange range) {
    int[] additions = new int[range.size()];
    if (range.size() > 0) {
      countAdditions(0, lanes, range, additions);
    }
    return additions;
  }

  /** How many vectors {@link #additionsWithin} leaves on the stack. */
  public int nodesOf(LaneRange range) {
    return range.size() == 0 ? 0 : countNodes(0, lanes, range);
  }

  /**
   * How the largest nodes of some parts, taken in the order of lanes, are added on a stack as far
   * as {@code whole} holds them: entry i is the number of additions that follow after the i-th of
   * them was pushed. What remains are the largest nodes of {@code whole}.
   *
   * @param parts contiguous, in order; together they are {@code whole}
   */
  int[] additionsAcross(LaneRange whole, List<LaneRange> parts) {
    List<Integer> additions = new ArrayList<>();
    countAcross(0, lanes, whole, parts, additions);
    return additions.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All lanes. */
  LaneRange all() {
    return new LaneRange(0, lanes);
  }

  private static void countAdditions(int start, int stop, LaneRange range, int[] additions) {
    if (stop <= range.first() || range.end() <= start || stop - start == 1) {
      return;
    }
    int middle = middle(start, stop);
    countAdditions(start, middle, range, additions);
    countAdditions(middle, stop, range, additions);
    if (range.contains(start, stop)) {
      additions[stop - 1 - range.first()]++;
    }
  }

  private static int countNodes(int start, int stop, LaneRange range) {
    if (stop <= range.first() || range.end() <= start) {
      return 0;
    }
    if (range.contains(start, stop)) {
      return 1;
    }
    int middle = middle(start, stop);
    return countNodes(start, middle, range) + countNodes(middle, stop, range);
  }

  private static void countAcross(
      int start, int stop, LaneRange whole, List<LaneRange> parts, List<Integer> additions) {
    if (stop <= whole.first() || whole.end() <= start) {
      return;
    }
    if (parts.stream().anyMatch(part -> part.contains(start, stop))) {
      additions.add(0);
      return;
    }
    int middle = middle(start, stop);
    countAcross(start, middle, whole, parts, additions);
    countAcross(middle, stop, whole, parts, additions);
    if (whole.contains(start, stop)) {
      int last = additions.size() - 1;
      additions.set(last, additions.get(last) + 1);
    }
  }

  private static int middle(int start, int stop) {
    return start + Integer.highestOneBit(stop - start - 1);
  }
}
