package dev.lockstep.worker.collective;

import java.util.List;

/**
 * How the ranks of a JVM, as one of them sees it, add up what they bring to the largest nodes that
 * their lanes form: each a share of the floats.
 */
final class JvmSums {
  private final Postings postings;
  private final JvmRank jvm;
  private final TreeAdder adder;
  private final NodeMemory memory;

  /**
   * @param lanes of each rank of the JVM
   * @param postings of all its ranks
   */
  JvmSums(LaneTree tree, List<LaneRange> lanes, Postings postings, JvmRank jvm) {
    this.postings = postings;
    this.jvm = jvm;
    LaneRange whole = new LaneRange(lanes.get(0).first(), lanes.get(lanes.size() - 1).end());
    this.adder = new TreeAdder(tree, whole, lanes);
    this.memory = new NodeMemory(adder.outputs());
  }

  /** Shows the other ranks what this one brings, and waits for what they bring. */
  void post(List<FloatVector> nodes, FloatVector vector, Occasion occasion) {
    if (!jvm.isAlone()) {
      postings.post(jvm.local(), nodes, vector);
      jvm.meet(occasion);
    }
  }

  /** The JVM's nodes, once all its ranks have added up their shares. */
  List<FloatVector> combine(
      List<FloatVector> nodes, NodeForm form, FloatVector result, Occasion occasion) {
    if (jvm.isAlone()) {
      return nodes;
    }
    if (jvm.leads()) {
      postings.postNodesOfJvm(memory.ofLength(result.length()));
    }
    post(nodes, result, occasion);
    List<FloatVector> all = postings.nodes();
    List<FloatVector> sums = postings.nodesOfJvm();
    Slices shares = new Slices(result.length(), jvm.ranks());
    adder.add(
        shares.start(jvm.local()),
        shares.end(jvm.local()),
        form.rounding(),
        (node, start, target, length) -> all.get(node).floats().get(start, target, 0, length),
        (node, start, sum, length) -> sums.get(node).floats().put(start, sum, 0, length));
    jvm.meet(occasion);
    return sums;
  }
}
