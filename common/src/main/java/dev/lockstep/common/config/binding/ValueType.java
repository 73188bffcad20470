package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Function;

/** How one kind of value is read from the tree, and how it is described to people. */
public interface ValueType<T> {
  /** What a value has to be, as the end of the sentence "it must be …". */
  String description();

  /**
   * The value of a node; empty where it is not of this type, with each reason added to the
   * problems.
   *
   * @param path where the node is, as people write it: {@code model.layers[0].dense}
   */
  Optional<T> read(JsonNode node, String path, Problems problems);

  /** This type with each value turned into another. */
  default <R> ValueType<R> map(Function<T, R> function) {
    return new Mapped<>(this, function);
  }

  /** Adds the keys below this type, if it has any, to a reference of all keys. */
  default void describe(String path, KeyReference reference) {}

  /** A type whose values are made from those of another. */
  record Mapped<T, R>(ValueType<T> inner, Function<T, R> function) implements ValueType<R> {
    @Override
    public String description() {
      return inner.description();
    }

    @Override
    public Optional<R> read(JsonNode node, String path, Problems problems) {
      return inner.read(node, path, problems).map(function);
    }

    @Override
    public void describe(String path, KeyReference reference) {
      inner.describe(path, reference);
    }
  }
}
