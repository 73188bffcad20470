package dev.lockstep.worker.model;

import dev.lockstep.worker.collective.Span;
import java.util.List;

/**
 * What lies where in the flat gradient of a network, and in its flat parameters.
 *
 * @param length floats of it
 * @param layers in order, with nothing between them; those without parameters are left out
 * @param statistics what layers such as batch normalisation use to move their running statistics:
 *     no gradients
 */
public record GradientLayout(int length, List<Span> layers, List<Span> statistics) {
  public GradientLayout {
    layers = List.copyOf(layers);
    statistics = List.copyOf(statistics);
  }

  /**
   * The parameters that a gradient moves: all but the running statistics of layers such as batch
   * normalisation.
   */
  public List<Span> weights() {
    return new Span(0, length).without(statistics);
  }

  /** The gradients of each layer: runs of floats that no statistics interrupt. */
  public List<Span> sections() {
    return layers.stream().flatMap(layer -> layer.without(statistics).stream()).toList();
  }
}
