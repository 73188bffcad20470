package dev.lockstep.driver.bench.scaling;

import dev.lockstep.driver.bench.process.TorchTraining;
import java.util.OptionalDouble;

/**
 * PyTorch's DistributedDataParallel over gloo, a process a rank.
 *
 * @param network what PyTorch's program calls the job's network
 */
record TorchReplicas(
    String name, TorchTraining torch, String network, String optimizer, int ranks, int steps)
    implements Contender {
  @Override
  public OptionalDouble samplesPerSecond() {
    return OptionalDouble.of(torch.pace(network, optimizer, ranks, steps).samplesPerSecond());
  }
}
