package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One of an enum's constants, by the name that JSON gives it. */
public final class NamedConstants<E extends Enum<E>> implements ValueType<E> {
  private final Map<String, E> constants = new LinkedHashMap<>();

  public NamedConstants(Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      constants.put(nameOf(constant), constant);
    }
  }

  /** The name of a constant in files. */
  public static String nameOf(Enum<?> constant) {
    try {
      return constant
          .getDeclaringClass()
          .getField(constant.name())
          .getAnnotation(JsonProperty.class)
          .value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("every enum constant is a field", e);
    }
  }

  @Override
  public String description() {
    return "one of " + String.join(", ", constants.keySet());
  }

  @Override
  public Optional<E> read(JsonNode node, String path, Problems problems) {
    Optional<E> constant = Optional.ofNullable(constants.get(node.asText()));
    if (constant.isEmpty()) {
      String hint = Suggestion.hint("", node.asText(), constants.keySet());
      problems.add(Shown.mismatch(path, node, description() + hint));
    }
    return constant;
  }
}
