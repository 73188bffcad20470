package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.binding.ListType;
import dev.lockstep.common.config.binding.Problems;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How names of columns are written in the job file. */
final class ColumnTypes {
  private ColumnTypes() {}

  /** Names, each of them once. */
  record Names() implements ValueType<List<String>> {
    private static final ValueType<List<String>> LIST =
        new ListType<>(Types.text(), "a list of column names");

    @Override
    public String description() {
      return LIST.description();
    }

    @Override
    public Optional<List<String>> read(JsonNode node, String path, Problems problems) {
      Optional<List<String>> names = LIST.read(node, path, problems);
      Set<String> seen = new HashSet<>();
      names.orElse(List.of()).stream()
          .filter(name -> !seen.add(name))
          .forEach(name -> problems.add("'%s' names '%s' twice".formatted(path, name)));
      return names;
    }
  }

  /** {@code auto}, or names. */
  record Choice() implements ValueType<ColumnChoice> {
    private static final Names NAMES = new Names();

    @Override
    public String description() {
      return "auto, or " + NAMES.description();
    }

    @Override
    public Optional<ColumnChoice> read(JsonNode node, String path, Problems problems) {
      return node.asText().equals("auto")
          ? Optional.of(new ColumnChoice.Auto())
          : NAMES.read(node, path, problems).map(ColumnChoice.Named::new);
    }
  }
}
