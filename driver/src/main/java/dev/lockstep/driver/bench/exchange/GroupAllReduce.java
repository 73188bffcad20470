package dev.lockstep.driver.bench.exchange;

import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Rounding;
import java.util.List;
import java.util.function.IntFunction;

/** Lockstep's own all-reduce, one lane a rank, as the exchange of gradients performs it. */
final class GroupAllReduce implements Exercise {
  private static final Occasion OCCASION = new Occasion(1, 1, "a benchmark's all-reduce");

  private final ProcessGroup group;
  private final IntFunction<NodeForm> form;
  private LaneSums sums;
  private NodeForm ofLength = NodeForm.EXACT;
  private int length;

  private GroupAllReduce(ProcessGroup group, IntFunction<NodeForm> form) {
    this.group = group;
    this.form = form;
    this.sums = sumsOf(length);
  }

  /** Sums of floats as they are. */
  static GroupAllReduce exact(ProcessGroup group) {
    return new GroupAllReduce(group, floats -> NodeForm.EXACT);
  }

  /** Sums that are rounded to bfloat16, each of them. */
  static GroupAllReduce rounded(ProcessGroup group) {
    return new GroupAllReduce(
        group,
        floats -> new NodeForm(Rounding.toBfloat16(floats, List.of()), new Coding.Packed(0)));
  }

  @Override
  public void perform(FloatVector vector) {
    if (length != vector.length()) {
      length = vector.length();
      sums = sumsOf(length);
      ofLength = form.apply(length);
    }
    sums.clear(ofLength);
    sums.add(vector);
    group.allReduce(sums, vector, OCCASION);
  }

  private LaneSums sumsOf(int floats) {
    return new LaneSums(group.tree(), group.lanes(), floats);
  }
}
