package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.ProcessGroupContract;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** One rank a node, as if each were on a host of its own. */
class SocketGroupTest extends ProcessGroupContract {
  @Override
  protected <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body) {
    Integer[] jvms = Collections.nCopies(ranks, 1).toArray(Integer[]::new);
    return NetRanks.on(jvms).with(policy).with(NetSettings.Tuning.SOCKETS).run(lanes, body);
  }
}
