package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.ProcessGroupContract;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Nodes of one rank, two ranks, three ranks, and again. */
class MixedGroupTest extends ProcessGroupContract {
  @Override
  protected <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body) {
    List<Integer> jvms = new ArrayList<>();
    for (int left = ranks; left > 0; left -= jvms.get(jvms.size() - 1)) {
      jvms.add(Math.min(left, jvms.size() % 3 + 1));
    }
    return NetRanks.on(jvms.toArray(Integer[]::new)).with(policy).run(lanes, body);
  }
}
