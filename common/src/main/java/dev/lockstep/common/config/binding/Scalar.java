package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Function;

/**
 * A value that stands for itself: it fits as a whole or does not.
 *
 * @param parser the value of a node; empty where the node does not fit the description
 */
public record Scalar<T>(String description, Function<JsonNode, Optional<T>> parser)
    implements ValueType<T> {
  @Override
  public Optional<T> read(JsonNode node, String path, Problems problems) {
    Optional<T> value = parser.apply(node);
    if (value.isEmpty()) {
      problems.add(Shown.mismatch(path, node, description));
    }
    return value;
  }
}
