package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.ProcessGroupContract;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One rank a node, some of which share memory that has room for three payloads; where it has none,
 * they go through socket buffers of 4 KiB. Every third node shares nothing with any other.
 */
class MixedHostsGroupTest extends ProcessGroupContract {
  private static final NetSettings.Tuning ALONE =
      new NetSettings.Tuning(4096, 1000, 0, Optional.empty());
  private static final NetSettings.Tuning SHARING =
      ALONE.sharing(
          Optional.of(new SharedMemory(SharedMemory.DEFAULT.folder(), 3 * SharedMemory.PAGE, 1)));

  @Override
  protected <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body) {
    Integer[] jvms = Collections.nCopies(ranks, 1).toArray(Integer[]::new);
    return NetRanks.on(jvms).with(policy).withEach(MixedHostsGroupTest::tuning).run(lanes, body);
  }

  private static NetSettings.Tuning tuning(int node) {
    return node % 3 == 1 ? ALONE : SHARING;
  }
}
