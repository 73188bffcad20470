package dev.lockstep.common.run;

import dev.lockstep.common.config.Compute;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * By which path each layer of a run's network is computed. It is chosen once for a run, since bits
 * may depend on it, and kept by every rank of every attempt.
 *
 * @param wanted value of {@code training.compute}
 * @param layers in the order of the network
 * @param notDirect why the network as a whole does not go the direct path, where that is wanted
 */
public record ComputePlan(Compute wanted, List<LayerCompute> layers, Optional<String> notDirect) {
  /** The plan of what is not trained by a run: all by DL4J. */
  public static final ComputePlan DL4J = new ComputePlan(Compute.DL4J, List.of(), Optional.empty());

  public ComputePlan {
    layers = List.copyOf(layers);
  }

  /** Whether the whole network goes the direct path. */
  public boolean allDirect() {
    return !layers.isEmpty()
        && layers.stream().allMatch(layer -> layer.path() == ComputePath.DIRECT);
  }

  /** The path of a layer; DL4J's where the plan does not know it. */
  public ComputePath pathOf(String layer) {
    return layers.stream()
        .filter(known -> known.layer().equals(layer))
        .map(LayerCompute::path)
        .findFirst()
        .orElse(ComputePath.DL4J);
  }

  /** Such as "3 layers direct" or "2 layers dl4j, 4 layers onednn". */
  public String summary() {
    Map<ComputePath, Long> counts =
        layers.stream()
            .collect(
                Collectors.groupingBy(LayerCompute::path, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(
            entry ->
                "%d %s %s"
                    .formatted(
                        entry.getValue(),
                        entry.getValue() == 1 ? "layer" : "layers",
                        entry.getKey().name().toLowerCase(Locale.ROOT)))
        .collect(Collectors.joining(", "));
  }
}
