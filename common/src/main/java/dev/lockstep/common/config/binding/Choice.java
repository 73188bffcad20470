package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.lockstep.common.config.binding.Key.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of several alternatives, written as a map with a single key ({@code {dropout: {keep: 0.8}}}),
 * or as the name alone where nothing has to be said about it.
 */
public final class Choice<T> implements ValueType<T> {
  private final List<Key<? extends T>> alternatives = new ArrayList<>();

  /** Adds an alternative; the order is that of the reference. */
  public Choice<T> or(String name, ValueType<? extends T> type, String meaning) {
    alternatives.add(alternative(name, type, meaning));
    return this;
  }

  @Override
  public String description() {
    return "one of " + String.join(", ", names());
  }

  @Override
  public Optional<T> read(JsonNode node, String path, Problems problems) {
    if (node.isTextual() && names().contains(node.textValue())) {
      return read(node.textValue(), NullNode.instance, path, problems);
    }
    if (!node.isObject() || node.size() != 1) {
      String hint = Suggestion.hint("", node.asText(), names());
      problems.add(Shown.mismatch(path, node, constraint(node) + description() + hint));
      return Optional.empty();
    }
    String name = node.fieldNames().next();
    return read(name, node.get(name), path, problems);
  }

  @Override
  public void describe(String path, KeyReference reference) {
    reference.add(path, List.copyOf(alternatives));
    alternatives.forEach(key -> key.type().describe(MapType.join(path, key.name()), reference));
  }

  private Optional<T> read(String name, JsonNode body, String path, Problems problems) {
    for (Key<? extends T> alternative : alternatives) {
      if (alternative.name().equals(name)) {
        return alternative
            .type()
            .read(body, MapType.join(path, name), problems)
            .map(value -> value);
      }
    }
    problems.add(Shown.unknownKey(path, name, names()));
    return Optional.empty();
  }

  private static String constraint(JsonNode node) {
    return node.isObject() ? "a map with exactly one key, " : "";
  }

  private List<String> names() {
    return alternatives.stream().<String>map(Key::name).toList();
  }

  private static <V> Key<V> alternative(String name, ValueType<V> type, String meaning) {
    return new Key<>(name, type, Presence.OPTIONAL, "", meaning);
  }
}
