package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The wording of problems, one for each way in which a document can be wrong. */
final class Shown {
  private static final int LONGEST = 60;

  private Shown() {}

  /** {@code 'training.epochs' is "ten" but must be a whole number >= 1}. */
  static String mismatch(String path, JsonNode node, String constraint) {
    return "'%s' is %s but must be %s".formatted(path, value(node), constraint);
  }

  /** {@code 'training.epoch' is not a known key (did you mean 'training.epochs'?)}. */
  static String unknownKey(String path, String name, List<String> known) {
    String hint = Suggestion.hint(MapType.join(path, ""), name, known);
    String all = known.isEmpty() ? "" : " (known keys: %s)".formatted(String.join(", ", known));
    return "'%s' is not a known key%s"
        .formatted(MapType.join(path, name), hint.isEmpty() ? all : hint);
  }

  private static String value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> '"' + shortened(node.textValue()) + '"';
      case NULL, MISSING -> "empty";
      case ARRAY -> "a list";
      case OBJECT -> "a map";
      case BINARY, BOOLEAN, NUMBER, POJO -> shortened(node.asText());
    };
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
