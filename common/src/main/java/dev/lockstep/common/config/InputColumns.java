package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.binding.Problems;
import dev.lockstep.common.config.binding.ValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A map from the name of an input to its columns. */
record InputColumns() implements ValueType<Map<String, ColumnChoice>> {
  private static final ColumnTypes.Choice CHOICE = new ColumnTypes.Choice();

  @Override
  public String description() {
    return "a map from an input to " + CHOICE.description();
  }

  @Override
  public Optional<Map<String, ColumnChoice>> read(JsonNode node, String path, Problems problems) {
    if (!node.isObject() || node.isEmpty()) {
      problems.add("'%s' must be %s".formatted(path, description()));
      return Optional.empty();
    }
    Map<String, ColumnChoice> columns = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            entry ->
                CHOICE
                    .read(entry.getValue(), "%s.%s".formatted(path, entry.getKey()), problems)
                    .ifPresent(choice -> columns.put(entry.getKey(), choice)));
    return columns.size() == node.size() ? Optional.of(columns) : Optional.empty();
  }
}
