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
 * One rank a node, every payload through shared memory, in pieces that the socket buffers of 4 KiB
 * could not hold.
 */
class SharedMemoryGroupTest extends ProcessGroupContract {
  private static final NetSettings.Tuning TIGHT =
      new NetSettings.Tuning(
          4096,
          1000,
          0,
          Optional.of(new SharedMemory(SharedMemory.DEFAULT.folder(), 27 * SharedMemory.PAGE, 1)));

  @Override
  protected <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body) {
    Integer[] jvms = Collections.nCopies(ranks, 1).toArray(Integer[]::new);
    return NetRanks.on(jvms).with(policy).with(TIGHT).run(lanes, body);
  }
}
