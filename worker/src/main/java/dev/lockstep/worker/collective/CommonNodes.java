package dev.lockstep.worker.collective;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The nodes of all ranks in memory that all of them see, so that none is sent: the largest subtrees
 * that each rank's lanes form, in the order of lanes, each at the start of a page. As one rank sees
 * them, on one thread.
 */
public final class CommonNodes {
  private static final int PAGE = 4096;

  private final List<FloatVector> all;
  private final List<FloatVector> own;
  private final TreeAdder adder;
  private final Span slice;

  /**
   * The nodes of a group.
   *
   * @param length floats of a node
   * @param memory of {@link #bytes}, the same for all ranks
   */
  public CommonNodes(ProcessGroup group, int length, ByteBuffer memory) {
    LaneTree tree = group.tree();
    List<LaneRange> ranks = LaneRange.of(0, group.size(), group.size(), tree.lanes());
    int stride = Math.toIntExact(stride(length));
    this.all =
        IntStream.range(0, nodes(tree, ranks))
            .mapToObj(node -> memory.slice(node * stride, length * Float.BYTES))
            .map(FloatVector::over)
            .toList();
    int first = nodes(tree, ranks.subList(0, group.rank()));
    this.own = all.subList(first, first + tree.nodesOf(group.lanes()));
    this.adder = new TreeAdder(tree, tree.all(), ranks);
    this.slice = new Slices(length, group.size()).of(group.rank());
  }

  /** Bytes that the nodes of all ranks take. */
  public static long bytes(ProcessGroup group, int length) {
    LaneTree tree = group.tree();
    return nodes(tree, LaneRange.of(0, group.size(), group.size(), tree.lanes())) * stride(length);
  }

  private static int nodes(LaneTree tree, List<LaneRange> ranks) {
    return ranks.stream().mapToInt(tree::nodesOf).sum();
  }

  private static long stride(int length) {
    return ((long) length * Float.BYTES + PAGE - 1) / PAGE * PAGE;
  }

  /** The nodes of this rank, in the order of lanes. */
  public List<FloatVector> own() {
    return own;
  }

  /** Floats of a node. */
  int length() {
    return own.get(0).length();
  }

  /**
   * Adds this rank's slice of all nodes, once all ranks have left theirs.
   *
   * @param result takes the sum in this rank's slice; it may be a node of this rank
   */
  void addSlice(Rounding rounding, FloatVector result) {
    adder.add(
        slice.start(),
        slice.end(),
        rounding,
        (node, start, target, length) -> all.get(node).floats().get(start, target, 0, length),
        (node, start, sum, length) -> result.floats().put(start, sum, 0, length));
  }
}
