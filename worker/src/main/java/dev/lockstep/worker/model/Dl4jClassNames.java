package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.StreamReadFeature;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/**
 * Guards DL4J's JSON reader, which makes an object of any class that a document names: a document
 * may name DL4J's and ND4J's own classes only. It is read here with the very parser that DL4J uses,
 * and a key that occurs twice is refused, so that both see the same names.
 */
final class Dl4jClassNames {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Dl4jClassNames() {}

  /** Refuses a document that is not DL4J's, or that names a class of somebody else. */
  static void check(ModelConfig.Dl4j document) {
    JsonNode root = parse(document);
    if (root.has("vertices")) {
      throw Dl4jDocument.refused(
          document, "it is a ComputationGraphConfiguration, not a MultiLayerConfiguration", null);
    }
    if (!root.path("confs").isArray() || root.path("confs").isEmpty()) {
      throw Dl4jDocument.refused(
          document, "it is not a MultiLayerConfiguration of DL4J (no 'confs')", null);
    }
    check(root, document);
  }

  private static JsonNode parse(ModelConfig.Dl4j document) {
    try {
      return MAPPER.readTree(document.json());
    } catch (JsonProcessingException e) {
      throw Dl4jDocument.refused(document, "it is not JSON (" + e.getOriginalMessage() + ")", e);
    }
  }

  private static void check(JsonNode node, ModelConfig.Dl4j document) {
    node.fields().forEachRemaining(field -> checkName(field, document));
    node.elements().forEachRemaining(child -> check(child, document));
  }

  /** Most types keep the name of their class in {@code @class}, distributions in {@code type}. */
  private static void checkName(Map.Entry<String, JsonNode> field, ModelConfig.Dl4j document) {
    String name = field.getValue().asText();
    boolean names =
        field.getKey().equals("@class") || (field.getKey().equals("type") && name.contains("."));
    if (names && !isAllowed(name)) {
      throw Dl4jDocument.refused(
          document, "it names the class %s, which is not DL4J's".formatted(name), null);
    }
  }

  private static boolean isAllowed(String name) {
    return name.matches("org\\.(deeplearning4j|nd4j)\\.[\\w.$]+")
        && !name.startsWith("org.nd4j.shade.");
  }
}
