package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list whose elements are all of one type. */
public record ListType<T>(ValueType<T> element, String description) implements ValueType<List<T>> {
  @Override
  public Optional<List<T>> read(JsonNode node, String path, Problems problems) {
    if (!node.isArray()) {
      problems.add(Shown.mismatch(path, node, description));
      return Optional.empty();
    }
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      element.read(node.get(i), "%s[%d]".formatted(path, i), problems).ifPresent(elements::add);
    }
    return elements.size() == node.size() ? Optional.of(elements) : Optional.empty();
  }

  @Override
  public void describe(String path, KeyReference reference) {
    element.describe(path + "[]", reference);
  }
}
