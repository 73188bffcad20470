package dev.lockstep.worker.collective;

import dev.lockstep.worker.testing.Ranks;
import java.util.List;
import java.util.function.Function;

class LocalGroupTest extends ProcessGroupContract {
  @Override
  protected <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body) {
    return Ranks.run(ranks, lanes, policy, body);
  }
}
