package dev.lockstep.driver.bench.exchange;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;

/** Lockstep's own all-reduce, one lane a rank, as the exchange of gradients performs it. */
final class GroupAllReduce implements Exercise {
  private static final Occasion OCCASION = new Occasion(1, 1, "a benchmark's all-reduce");

  private final ProcessGroup group;
  private LaneSums sums;
  private int length;

  GroupAllReduce(ProcessGroup group) {
    this.group = group;
    this.sums = sumsOf(length);
  }

  @Override
  public void perform(FloatVector vector) {
    if (length != vector.length()) {
      length = vector.length();
      sums = sumsOf(length);
    }
    sums.clear();
    sums.add(vector);
    group.allReduce(sums, vector, OCCASION);
  }

  private LaneSums sumsOf(int floats) {
    return new LaneSums(group.tree(), group.lanes(), floats);
  }
}
