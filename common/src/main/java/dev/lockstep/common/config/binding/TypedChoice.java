package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One of several maps that a key {@code type} tells apart; the name alone stands for a map without
 * other keys.
 */
public final class TypedChoice<T> implements ValueType<T> {
  private static final String TYPE = "type";

  private final Map<String, MapType<? extends T>> alternatives = new LinkedHashMap<>();
  private final String standard;

  /**
   * @param standard the alternative that a map without a type stands for
   */
  public TypedChoice(String standard) {
    this.standard = standard;
  }

  /** Adds an alternative; the order is that of the reference. */
  public TypedChoice<T> or(String name, MapType<? extends T> type) {
    alternatives.put(name, type);
    return this;
  }

  @Override
  public String description() {
    return "a type, or a map with a type: one of " + String.join(", ", alternatives.keySet());
  }

  @Override
  public Optional<T> read(JsonNode node, String path, Problems problems) {
    if (!node.isObject()) {
      return readBody(node, path, JsonNodeFactory.instance.objectNode(), path, problems);
    }
    ObjectNode body = node.deepCopy();
    JsonNode type = body.remove(TYPE);
    return readBody(
        type == null ? JsonNodeFactory.instance.textNode(standard) : type,
        MapType.join(path, TYPE),
        body,
        path,
        problems);
  }

  @Override
  public void describe(String path, KeyReference reference) {
    alternatives.forEach(
        (name, type) -> type.describe("%s {type: %s}".formatted(path, name), reference));
  }

  private Optional<T> readBody(
      JsonNode type, String typePath, JsonNode body, String path, Problems problems) {
    MapType<? extends T> alternative = type.isTextual() ? alternatives.get(type.asText()) : null;
    if (alternative == null) {
      String names = "one of " + String.join(", ", alternatives.keySet());
      String hint = Suggestion.hint("", type.asText(), alternatives.keySet());
      problems.add(Shown.mismatch(typePath, type, names + hint));
      return Optional.empty();
    }
    return alternative.read(body, path, problems).map(value -> value);
  }
}
