package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.common.config.binding.Key.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A map with a fixed set of keys, bound to a record. A subclass declares its keys as fields, so
 * that a key cannot be read without being known, nor known without being in the reference.
 */
public abstract class MapType<T> implements ValueType<T> {
  private final List<Key<?>> keys = new ArrayList<>();

  /** Declares a key that a document must have. */
  protected final <V> Key<V> required(String name, ValueType<V> type, String meaning) {
    return declare(new Key<>(name, type, Presence.REQUIRED, "required", meaning));
  }

  /**
   * Declares a key with a default.
   *
   * @param fallback the default as YAML
   */
  protected final <V> Key<V> key(String name, ValueType<V> type, String fallback, String meaning) {
    return declare(new Key<>(name, type, Presence.DEFAULT, fallback, meaning));
  }

  /**
   * Declares a key that may be left out without a default of its own.
   *
   * @param otherwise what holds then, in words
   */
  protected final <V> Key<V> optional(
      String name, ValueType<V> type, String otherwise, String meaning) {
    return declare(new Key<>(name, type, Presence.OPTIONAL, otherwise, meaning));
  }

  /** Looks for contradictions between values; called with whatever could be read. */
  protected void check(Values values) {}

  /** The record of values that are all there and have passed the check. */
  protected abstract T build(Values values);

  @Override
  public String description() {
    return "a map";
  }

  @Override
  public final Optional<T> read(JsonNode node, String path, Problems problems) {
    JsonNode map = node.isNull() ? JsonNodeFactory.instance.objectNode() : node;
    if (!map.isObject()) {
      problems.add(Shown.mismatch(path, node, "a map of keys and values"));
      return Optional.empty();
    }
    int before = problems.count();
    reportUnknownKeys(map, path, problems);
    Values values = new Values(map, path, problems);
    keys.forEach(values::read);
    check(values);
    return problems.count() == before ? Optional.of(build(values)) : Optional.empty();
  }

  @Override
  public final void describe(String path, KeyReference reference) {
    reference.add(path, keys);
    keys.forEach(key -> key.type().describe(join(path, key.name()), reference));
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private <V> Key<V> declare(Key<V> key) {
    keys.add(key);
    return key;
  }

  private void reportUnknownKeys(JsonNode map, String path, Problems problems) {
    List<String> known = keys.stream().map(Key::name).toList();
    map.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                problems.add(Shown.unknownKey(path, name, known));
              }
            });
  }
}
