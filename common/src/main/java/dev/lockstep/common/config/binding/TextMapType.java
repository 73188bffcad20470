package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A map from any text to text. */
public record TextMapType() implements ValueType<Map<String, String>> {
  @Override
  public String description() {
    return "a map from text to text";
  }

  @Override
  public Optional<Map<String, String>> read(JsonNode node, String path, Problems problems) {
    if (!node.isObject()) {
      problems.add(Shown.mismatch(path, node, description()));
      return Optional.empty();
    }
    Map<String, String> entries = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            entry ->
                Types.text()
                    .read(entry.getValue(), "%s.%s".formatted(path, entry.getKey()), problems)
                    .ifPresent(value -> entries.put(entry.getKey(), value)));
    return entries.size() == node.size() ? Optional.of(entries) : Optional.empty();
  }
}
