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
  /** Does nothing: its program warms itself. */
  @Override
  public void warmUp(Duration least) {}

  @Override
  public OptionalDouble samplesPerSecond() {
    try {
      return OptionalDouble.of(torch.pace(network, optimizer, ranks, steps).samplesPerSecond());
    } catch (LockstepException e) {
      if (stop.requested() || e.kind() == FailureKind.INTERRUPTED) {
        throw e;
      }
      progress.line("%s: gave up (%s)".formatted(name, e.getMessage()));
      return OptionalDouble.empty();
    }
  }
}
