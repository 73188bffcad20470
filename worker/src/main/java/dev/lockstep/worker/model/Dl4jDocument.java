package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.worker.network.NetworkConfiguration;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/** Reads a network from DL4J's own JSON and refuses what cannot be trained here. */
final class Dl4jDocument {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final ModelConfig.Dl4j document;
  private final DocumentChecks checks;

  private Dl4jDocument(ModelConfig.Dl4j document) {
    this.document = document;
    this.checks = new DocumentChecks(document.path());
  }

  /**
   * The document as a network that fits the data, its counters at 0.
   *
   * @param seed of the initial weights, in place of the document's own
   * @throws dev.lockstep.common.failure.LockstepException of kind CONFIG for a document that is not
   *     DL4J's, names classes of somebody else, cannot be trained here or does not fit the data
   */
  static NetworkConfiguration build(ModelConfig.Dl4j document, long seed, DataSchema schema) {
    return new Dl4jDocument(document).fitted(seed, schema);
  }

  private NetworkConfiguration fitted(long seed, DataSchema schema) {
    Dl4jClassNames.check(document.json(), checks::refused);
    JsonNode root = tree();
    return switch (NetworkConfiguration.kindOf(root)) {
      case STACK -> new StackDocument(document, checks, root).fitted(seed, schema);
      case GRAPH -> new GraphDocument(document, checks).fitted(seed, schema);
      case UNKNOWN ->
          throw checks.refused(
              root.has("confs")
                  ? "it has both 'confs' and 'vertices'"
                  : "it is neither a MultiLayerConfiguration nor a ComputationGraphConfiguration of"
                      + " DL4J (no 'confs', no 'vertices')",
              null);
    };
  }

  private JsonNode tree() {
    try {
      return MAPPER.readTree(document.json());
    } catch (JsonProcessingException e) {
      throw checks.refused("it is not JSON (" + e.getOriginalMessage() + ")", e);
    }
  }
}
