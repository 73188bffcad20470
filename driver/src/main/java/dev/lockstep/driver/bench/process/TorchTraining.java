package dev.lockstep.driver.bench.process;

import java.util.List;
import java.util.Optional;

/**
 * PyTorch's training of the reference networks, alone or as DistributedDataParallel over gloo.
 *
 * @param script takes network, optimizer, processes and iterations, prints one line
 */
public record TorchTraining(PythonScript script) {
  /** What the program prints. */
  public record Pace(
      String peer,
      String torch,
      String network,
      String optimizer,
      int processes,
      int iterations,
      double msPerStep,
      double samplesPerSecond) {}

  /** Why it cannot run, if it cannot. */
  public Optional<String> obstacle() {
    return script.obstacle("torch");
  }

  /**
   * Trains.
   *
   * @param network mlp or lenet
   * @param optimizer sgd or adam
   */
  public Pace pace(String network, String optimizer, int processes, int iterations) {
    return script
        .lines(List.of(network, optimizer, processes + "", iterations + ""), Pace.class)
        .get(0);
  }
}
