package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.ListType;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;
import java.util.List;

/** Keys of {@code data.csv}. */
final class CsvSection extends MapType<CsvConfig> {
  private static final ValueType<String> SEPARATOR =
      Types.text(
          "a single character, neither a quote nor a line break",
          text -> text.length() == 1 && !"\"\r\n".contains(text));
  private static final ValueType<List<String>> CELLS =
      new ListType<>(Types.text("text in quotes", text -> true), "a list of texts");

  private final Key<Boolean> header =
      key("header", Types.truth(), "true", "whether the first line of each file names the columns");
  private final Key<String> separator =
      key("separator", SEPARATOR, "\",\"", "what stands between two cells");
  private final Key<Boolean> trim =
      key("trim", Types.truth(), "true", "whether spaces around a cell are dropped");
  private final Key<List<String>> missing =
      key("missing", CELLS, "[\"\"]", "cells that stand for a missing value");
  private final Key<List<String>> columns =
      key(
          "columns",
          new ColumnTypes.Names(),
          "[]",
          "names of the columns in order, where there is no header");

  @Override
  protected void check(Values values) {
    values.both(header, columns, (named, names) -> checkNames(values, named, names));
  }

  @Override
  protected CsvConfig build(Values values) {
    return new CsvConfig(
        values.get(header),
        values.get(separator).charAt(0),
        values.get(trim),
        values.get(missing),
        values.get(columns));
  }

  private void checkNames(Values values, Boolean named, List<String> names) {
    if (named == names.isEmpty()) {
      return;
    }
    values.problem(
        named
            ? "'%s' is set but '%s' is true (the columns have names already: take one out)"
                .formatted(values.pathOf(columns), values.pathOf(header))
            : "'%s' is missing: names of the columns, as '%s' is false"
                .formatted(values.pathOf(columns), values.pathOf(header)));
  }
}
