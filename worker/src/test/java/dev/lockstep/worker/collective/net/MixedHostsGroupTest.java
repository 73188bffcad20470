package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.ProcessGroupContract;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One rank a node; every third node shares no memory with any other. */
class MixedHostsGroupTest extends ProcessGroupContract {
  @Override
  protected <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body) {
    Integer[] jvms = Collections.nCopies(ranks, 1).toArray(Integer[]::new);
    return NetRanks.on(jvms).with(policy).withEach(MixedHostsGroupTest::tuning).run(lanes, body);
  }

  private static NetSettings.Tuning tuning(int node) {
    return node % 3 == 1
        ? SharedMemoryGroupTest.TIGHT.sharing(Optional.empty())
        : SharedMemoryGroupTest.TIGHT;
  }
}
