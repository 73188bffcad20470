package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A key that a map may have: the one place that says how its value is read, what holds where it is
 * left out, and what it means.
 *
 * @param fallback YAML of the default where there is one, else words for the reference
 */
public record Key<T>(
    String name, ValueType<T> type, Presence presence, String fallback, String meaning) {

  /** What it means that a key is left out. */
  public enum Presence {
    /** That the document is wrong. */
    REQUIRED,
    /** That the default holds. */
    DEFAULT,
    /** That there is no value, or one that follows from other keys. */
    OPTIONAL
  }

  boolean isRequired() {
    return presence == Presence.REQUIRED;
  }

  /** Reads the value of this key from the map that may have it. */
  Optional<T> read(JsonNode map, String path, Problems problems) {
    String here = MapType.join(path, name);
    JsonNode node = map.get(name);
    if (node != null) {
      return type.read(node, here, problems);
    }
    return switch (presence) {
      case REQUIRED -> {
        problems.add("'%s' is missing: %s".formatted(here, meaning));
        yield Optional.empty();
      }
      case DEFAULT -> type.read(YamlTree.parse(fallback, "default of " + here), here, problems);
      case OPTIONAL -> Optional.empty();
    };
  }
}
