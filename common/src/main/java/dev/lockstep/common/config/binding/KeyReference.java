package dev.lockstep.common.config.binding;

import java.util.List;

/** A table of every key that a document may have, as Markdown. */
public final class KeyReference {
  private final StringBuilder markdown = new StringBuilder();

  private KeyReference() {}

  /** The tables of a document whose root is of a type. */
  public static String of(ValueType<?> root) {
    KeyReference reference = new KeyReference();
    root.describe("", reference);
    return reference.markdown.toString();
  }

  void add(String path, List<? extends Key<?>> keys) {
    if (keys.isEmpty()) {
      return;
    }
    markdown.append("### ").append(path.isEmpty() ? "Top level" : "`%s`".formatted(path));
    markdown.append("\n| key | type | default | meaning |\n|---|---|---|---|\n");
    keys.stream().filter(Key::isRequired).forEach(key -> markdown.append(row(key)));
    keys.stream().filter(key -> !key.isRequired()).forEach(key -> markdown.append(row(key)));
    markdown.append('\n');
  }

  private static String row(Key<?> key) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(key.name(), key.type().description(), fallback(key), key.meaning());
  }

  private static String fallback(Key<?> key) {
    if (key.type() instanceof MapType && key.presence() == Key.Presence.DEFAULT) {
      return "see its table";
    }
    return key.presence() == Key.Presence.DEFAULT
        ? "`%s`".formatted(key.fallback())
        : key.fallback();
  }
}
