package dev.lockstep.worker.network;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/** The configuration of a network as DL4J has it, counters of iterations and epochs included. */
public sealed interface NetworkConfiguration permits StackConfiguration, GraphConfiguration {
  /** What a network is made of, as its document shows. */
  enum Kind {
    /** A MultiLayerConfiguration: it has {@code confs}. */
    STACK,
    /** A ComputationGraphConfiguration: it has {@code vertices}. */
    GRAPH,
    /** Neither. */
    UNKNOWN
  }

  /**
   * The kind of a document; one with the marks of both kinds is of neither.
   *
   * @param document root of the JSON
   */
  static Kind kindOf(JsonNode document) {
    boolean graph = document.has("vertices") || document.has("networkInputs");
    if (graph == document.has("confs")) {
      return Kind.UNKNOWN;
    }
    return graph ? Kind.GRAPH : Kind.STACK;
  }

  /**
   * The configuration that a JSON document of either kind holds.
   *
   * @throws IllegalArgumentException where it holds none
   */
  static NetworkConfiguration ofJson(String json) {
    return switch (kindOf(json)) {
      case STACK -> new StackConfiguration(MultiLayerConfiguration.fromJson(json));
      case GRAPH -> new GraphConfiguration(ComputationGraphConfiguration.fromJson(json));
      case UNKNOWN ->
          throw new IllegalArgumentException(
              "Invalid configuration: neither a MultiLayerConfiguration nor a"
                  + " ComputationGraphConfiguration");
    };
  }

  private static Kind kindOf(String json) {
    try {
      return kindOf(new JsonMapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid configuration: not JSON (%s)".formatted(e.getOriginalMessage()), e);
    }
  }

  /** The document that DL4J opens. */
  String toJson();

  /** A copy with other counters, on which schedules depend when the training goes on. */
  NetworkConfiguration withCounters(int iterations, int epochs);

  /**
   * A copy with lower or higher learning rates.
   *
   * @param factor by which each is multiplied
   * @throws dev.lockstep.common.failure.LockstepException of kind CONFIG where a schedule gives a
   *     learning rate, or the optimizer has none
   */
  default NetworkConfiguration withLearningRatesTimes(double factor) {
    return ofJson(new LearningRates(toJson()).times(factor));
  }

  /** The number of parameters that a network of this configuration has. */
  long parameters();

  /** A network with the initial parameters that the configuration's seed gives. */
  Network network();

  /**
   * A network with given parameters.
   *
   * @param parameters [parameters] in the order of the flat vector; the network's own from here on
   */
  default Network network(INDArray parameters) {
    return network(new ModelMemory(parameters, Optional.empty()));
  }

  /**
   * A network on memory that others may work on as well: parameters from here on, state of the
   * optimizer with each trainer that is made of it.
   */
  Network network(ModelMemory memory);
}
