package dev.lockstep.driver.bench.step;

import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.network.StackConfiguration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A network and an optimizer.
 *
 * @param features shape of a batch without the samples
 * @param widths of the features and of each layer, where all are dense
 * @param peer what PyTorch's program calls the network, where it has it
 */
record StepCase(
    String name,
    String optimizer,
    NetworkConfiguration configuration,
    List<Integer> features,
    Optional<List<Integer>> widths,
    Optional<String> peer) {

  static List<StepCase> all() {
    return Stream.of("sgd", "adam").flatMap(StepCase::with).toList();
  }

  private static Stream<StepCase> with(String optimizer) {
    return Stream.of(
        new StepCase(
            "mlp",
            optimizer,
            new StackConfiguration(StepNetworks.mlp(updater(optimizer))),
            List.of(StepNetworks.PIXELS),
            Optional.of(List.of(StepNetworks.PIXELS, 512, 256, StepNetworks.CLASSES)),
            Optional.of("mlp")),
        new StepCase(
            "lenet",
            optimizer,
            new StackConfiguration(StepNetworks.lenet(updater(optimizer))),
            List.of(StepNetworks.PIXELS),
            Optional.empty(),
            Optional.of("lenet")),
        new StepCase(
            "lstm",
            optimizer,
            new GraphConfiguration(StepNetworks.lstm(updater(optimizer))),
            List.of(StepNetworks.SEQUENCE_FEATURES, StepNetworks.SEQUENCE),
            Optional.empty(),
            Optional.empty()),
        new StepCase(
            "residual",
            optimizer,
            new GraphConfiguration(StepNetworks.residual(updater(optimizer))),
            List.of(StepNetworks.CHANNELS, StepNetworks.IMAGE, StepNetworks.IMAGE),
            Optional.empty(),
            Optional.empty()));
  }

  /** As PyTorch's program has them. */
  private static IUpdater updater(String optimizer) {
    return optimizer.equals("sgd") ? new Sgd(0.05) : new Adam(0.001);
  }

  /** Whether a list of names, or {@code all}, has the case. */
  boolean isOneOf(String names) {
    return names.equals("all") || Arrays.asList(names.split(",")).contains(name);
  }
}
