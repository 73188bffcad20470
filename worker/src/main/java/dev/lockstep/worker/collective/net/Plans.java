package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.LaneTree;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The plans of all operations of one JVM. Every JVM comes to the same decisions. */
final class Plans {
  /** Floats of a page: what is sent in whole pages is copied faster. */
  private static final int ALIGNED = 1024;

  private final Roster roster;
  private final int self;
  private final int small;
  private final List<Integer> everybody;
  private final List<Integer> nodes;

  /**
   * The plans of a JVM.
   *
   * @param small bytes up to which a vector goes in one hop
   */
  Plans(Roster roster, int self, LaneTree tree, int small) {
    this.roster = roster;
    this.self = self;
    this.small = small;
    this.everybody = IntStream.range(0, roster.size()).boxed().toList();
    this.nodes = roster.lanes(tree).stream().map(tree::nodesOf).toList();
  }

  ExchangePlan allReduce(int length) {
    return isSmall(length)
        ? new ExchangePlan(self, whole(length), everybody, nodes, true, false)
        : new ExchangePlan(self, slices(length), everybody, nodes, true, true);
  }

  ExchangePlan reduceScatter(int length) {
    return new ExchangePlan(self, slices(length), everybody, nodes, true, false);
  }

  ExchangePlan allGather(int length) {
    return new ExchangePlan(self, slices(length), List.of(), nodes, false, true);
  }

  ExchangePlan broadcast(int length, int root) {
    return isSmall(length)
        ? new ExchangePlan(self, whole(length), List.of(root), nodes, false, false)
        : new ExchangePlan(self, slices(length), List.of(root), nodes, false, true);
  }

  /**
   * Floats of a chunk such that what a JVM sends in a round fits into a buffer: a chunk of each
   * node and a finished one, each with its header.
   */
  int chunk(int buffer, Coding coding) {
    int bytes = (buffer - 2 * FrameHeader.BYTES) / (Collections.max(nodes) + 1);
    int floats = Payloads.isPlain(coding) ? bytes / Float.BYTES : PackedForm.floatsWithin(bytes);
    return floats < ALIGNED ? Math.max(1, floats) : floats / ALIGNED * ALIGNED;
  }

  private boolean isSmall(int length) {
    long sent = (long) length * Float.BYTES * Collections.max(nodes) * (roster.size() - 1);
    return sent <= small || length < roster.worldSize(); // else some slices would be empty
  }

  private List<Segment> whole(int length) {
    return everybody.stream().map(jvm -> new Segment(0, length)).toList();
  }

  private List<Segment> slices(int length) {
    IntFunction<Segment> slice = jvm -> roster.slice(jvm, length);
    return IntStream.range(0, roster.size()).mapToObj(slice).toList();
  }
}
