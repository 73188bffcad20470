package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.worker.network.Network;
import java.util.List;

/**
 * What goes in and out of a network.
 *
 * @param outputUnits units of each output; the first output is the one that is evaluated
 */
public record Ports(InputElements inputs, List<Integer> outputUnits) {
  public Ports {
    outputUnits = List.copyOf(outputUnits);
  }

  /** The ports of a job's network. */
  public static Ports of(ModelConfig model, DataSchema schema, Network network) {
    return of(InputElements.of(model, schema, network.inputs()), network);
  }

  /**
   * The ports of a network.
   *
   * @param inputs what each input takes
   */
  public static Ports of(InputElements inputs, Network network) {
    return new Ports(inputs, network.outputUnits());
  }
}
