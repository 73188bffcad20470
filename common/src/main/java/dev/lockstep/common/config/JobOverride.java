package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.common.config.binding.Problems;
import dev.lockstep.common.config.binding.YamlTree;
import dev.lockstep.common.failure.LockstepException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One {@code --set KEY=VALUE}: a value put into the tree before it is read. The key is a path as
 * problems show it ({@code model.layers[0].dense.units}); the value is YAML, {@code null} takes the
 * key out.
 */
record JobOverride(String text, List<String> path, JsonNode value) {
  private static final Pattern ELEMENT = Pattern.compile("\\[(\\d{1,6})]");

  /** Applies an option to a tree, or adds a problem that says why that is impossible. */
  static void apply(String text, ObjectNode tree, Problems problems) {
    try {
      parse(text).applyTo(tree);
    } catch (IllegalArgumentException | LockstepException e) {
      problems.add("Cannot apply option --set %s: %s".formatted(text, e.getMessage()));
    }
  }

  private static JobOverride parse(String text) {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new IllegalArgumentException("it must be KEY=VALUE, such as training.epochs=3");
    }
    String key = text.substring(0, equals).strip();
    List<String> path = List.of(key.replace("[", ".[").split("\\.", -1));
    if (path.contains("")) {
      throw new IllegalArgumentException("the key '%s' has an empty part".formatted(key));
    }
    String value = text.substring(equals + 1);
    if (value.isBlank()) { // such as a variable of the shell that is not set
      throw new IllegalArgumentException("its value is empty (null takes the key out)");
    }
    return new JobOverride(text, path, YamlTree.parse(value, "its value"));
  }

  private void applyTo(ObjectNode tree) {
    JsonNode parent = tree;
    for (int depth = 0; depth < path.size() - 1; depth++) {
      parent = child(parent, depth);
    }
    put(parent);
  }

  private JsonNode child(JsonNode parent, int depth) {
    String name = path.get(depth);
    if (parent instanceof ArrayNode list) {
      return list.get(index(list, name));
    }
    ObjectNode map = map(parent, depth);
    return map.get(name) == null || map.get(name).isNull() ? map.putObject(name) : map.get(name);
  }

  private void put(JsonNode parent) {
    String name = path.get(path.size() - 1);
    if (parent instanceof ArrayNode list) {
      list.set(index(list, name), value);
      return;
    }
    ObjectNode map = map(parent, path.size() - 1);
    if (value.isNull() || value.isMissingNode()) {
      map.remove(name);
    } else {
      map.set(name, value);
    }
  }

  private ObjectNode map(JsonNode node, int depth) {
    if (node instanceof ObjectNode map && !path.get(depth).startsWith("[")) {
      return map;
    }
    throw new IllegalArgumentException(
        "'%s' is not a %s"
            .formatted(
                String.join(".", path.subList(0, depth)).replace(".[", "["),
                path.get(depth).startsWith("[") ? "list" : "map of keys"));
  }

  private static int index(ArrayNode list, String name) {
    Matcher matcher = ELEMENT.matcher(name);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= list.size()) {
      throw new IllegalArgumentException(
          "'%s' is not an element of a list of %d".formatted(name, list.size()));
    }
    return Integer.parseInt(matcher.group(1));
  }
}
