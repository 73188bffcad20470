package dev.lockstep.worker.collective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sums of a few figures a lane, such as losses and counts, in double precision and in the same
 * canonical order as everything else.
 */
public final class LaneRows {
  private final ProcessGroup group;
  private final LaneTree tree;

  /**
   * @param lanes into which the figures are cut; need not be the lanes of training, and may be
   *     fewer than there are ranks
   */
  public LaneRows(ProcessGroup group, int lanes) {
    this.group = group;
    this.tree = new LaneTree(lanes);
  }

  /** The lanes of this rank. */
  public LaneRange lanes() {
    return rangeOf(group.rank());
  }

  /**
   * The element-wise sum of the rows of all lanes, on every rank.
   *
   * @param rows of this rank's lanes, in order, all of the same length
   * @param length of a row, for a rank that has no lane
   */
  public double[] sum(List<double[]> rows, int length, Occasion occasion) {
    List<double[]> nodes = fold(rows, tree.additionsWithin(lanes()));
    List<double[]> gathered =
        group.allGather(nodes.stream().flatMapToDouble(Arrays::stream).toArray(), occasion);
    List<double[]> all = new ArrayList<>();
    for (double[] ofRank : gathered) {
      for (int start = 0; start < ofRank.length; start += length) {
        all.add(Arrays.copyOfRange(ofRank, start, start + length));
      }
    }
    List<LaneRange> ranges = IntStream.range(0, group.size()).mapToObj(this::rangeOf).toList();
    return fold(all, tree.additionsAcross(tree.all(), ranges)).get(0);
  }

  private LaneRange rangeOf(int rank) {
    return LaneRange.of(rank, group.size(), tree.lanes());
  }

  private static List<double[]> fold(List<double[]> rows, int[] additions) {
    List<double[]> stack = new ArrayList<>();
    for (int i = 0; i < additions.length; i++) {
      stack.add(rows.get(i).clone());
      for (int addition = 0; addition < additions[i]; addition++) {
        add(stack.get(stack.size() - 2), stack.remove(stack.size() - 1));
      }
    }
    return stack;
  }

  private static void add(double[] target, double[] addend) {
    for (int i = 0; i < target.length; i++) {
      target[i] += addend[i];
    }
  }
}
