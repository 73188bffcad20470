package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.driver.bench.process.TorchTraining;
import dev.lockstep.driver.resources.StopSignal;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * PyTorch's DistributedDataParallel over gloo, a process a rank. Gloo aborts a process now and then
 * where another leaves before it; such a round goes without.
 *
 * @param network what PyTorch's program calls the job's network
 */
record TorchReplicas(
    String name,
    TorchTraining torch,
    String network,
    String optimizer,
    int ranks,
    int steps,
    Progress progress,
    StopSignal stop)
    implements Contender {
  private static final int TRIES = 3;

  /**
   * Trains a step: a program that cannot do so at all fails the benchmark before it begins.
   *
   * @param least is of no use to processes that end after each training
   */
  @Override
  public void warmUp(Duration least) {
    for (int attempt = 1; ; attempt++) {
      try {
        torch.pace(network, optimizer, ranks, 1);
        return;
      } catch (LockstepException e) {
        if (attempt == TRIES) {
          throw e;
        }
        tell(e);
      }
    }
  }

  @Override
  public OptionalDouble samplesPerSecond() {
    try {
      return OptionalDouble.of(torch.pace(network, optimizer, ranks, steps).samplesPerSecond());
    } catch (LockstepException e) {
      tell(e);
      return OptionalDouble.empty();
    }
  }

  private void tell(LockstepException failure) {
    if (stop.requested() || failure.kind() == FailureKind.INTERRUPTED) {
      throw failure;
    }
    progress.line("%s: %s".formatted(name, failure.getMessage()));
  }
}
