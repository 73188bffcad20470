package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The values of one map's keys, as far as they could be read. */
public final class Values {
  private final JsonNode map;
  private final String path;
  private final Problems problems;
  private final Map<Key<?>, Object> read = new HashMap<>();

  Values(JsonNode map, String path, Problems problems) {
    this.map = map;
    this.path = path;
    this.problems = problems;
  }

  <T> void read(Key<T> key) {
    key.read(map, path, problems).ifPresent(value -> read.put(key, value));
  }

  /** The value of a key that is required or has a default. */
  public <T> T get(Key<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException(pathOf(key) + " has no value"));
  }

  /** The value of a key, or of its default; empty where there is none or it could not be read. */
  @SuppressWarnings("unchecked") // a value is only ever put under the key that read it
  public <T> Optional<T> find(Key<T> key) {
    return Optional.ofNullable((T) read.get(key));
  }

  /** Calls a check with two values if both could be read. */
  public <A, B> void both(Key<A> first, Key<B> second, BiConsumer<A, B> check) {
    find(first).ifPresent(a -> find(second).ifPresent(b -> check.accept(a, b)));
  }

  /**
   * Whether the document itself has a value, be it good or bad.
   *
   * @param pointer JSON pointer (RFC 6901) from this map
   */
  public boolean given(String pointer) {
    return !map.at(pointer).isMissingNode();
  }

  /** The full path of a key of this map or of one below it. */
  public String pathOf(String name) {
    return MapType.join(path, name);
  }

  public String pathOf(Key<?> key) {
    return pathOf(key.name());
  }

  /** Adds a problem that concerns several keys. */
  public void problem(String message) {
    problems.add(message);
  }
}
