package dev.lockstep.driver.bench.process;

import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.resources.StopSignal;
import java.nio.file.Path;
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

  /**
   * The program that a benchmark's options {@code pytorch} and {@code python} name; none, and a
   * line that says why, where it cannot run.
   */
  public static Optional<TorchTraining> in(Setting setting, StopSignal stop) {
    Path python = Path.of(setting.options().get("python"));
    Path script = Path.of(setting.options().get("pytorch"));
    PythonScript program = new PythonScript(python, script, setting.scratch(), stop);
    Optional<String> obstacle = program.obstacle("torch");
    obstacle.ifPresent(
        why ->
            setting
                .progress()
                .line("Without PyTorch: %s (set 'pytorch' and 'python')".formatted(why)));
    return obstacle.isPresent() ? Optional.empty() : Optional.of(new TorchTraining(program));
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
