package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.Suggestion;
import dev.lockstep.common.config.binding.Values;
import java.util.List;

/** What the lists of columns in section {@code data} have to agree on. */
final class ColumnChecks {
  private final Values values;
  private final List<String> known;

  private ColumnChecks(Values values, List<String> known) {
    this.values = values;
    this.known = known;
  }

  /** Adds a problem for every column that does not exist or that has two roles. */
  static void check(
      Values values,
      Key<CsvConfig> csv,
      Key<LabelConfig> label,
      Key<NumericConfig> numeric,
      Key<CategoricalConfig> categorical) {
    var checks =
        new ColumnChecks(values, values.find(csv).map(CsvConfig::columns).orElse(List.of()));
    List<String> numbers = values.find(numeric).map(n -> named(n.columns())).orElse(List.of());
    List<String> categories =
        values.find(categorical).map(c -> named(c.columns())).orElse(List.of());
    String target = values.find(label).map(LabelConfig::column).orElse("");
    if (values.given("/label/column")) {
      checks.checkKnown("label.column", target);
    }
    numbers.forEach(column -> checks.checkFeature("numeric.columns", column, target));
    categories.forEach(column -> checks.checkFeature("categorical.columns", column, target));
    numbers.stream().filter(categories::contains).forEach(checks::reportTwoLists);
  }

  private void checkFeature(String key, String column, String target) {
    checkKnown(key, column);
    if (column.equals(target)) {
      values.problem("'%s' names '%s', which is the label".formatted(values.pathOf(key), column));
    }
  }

  private void checkKnown(String key, String column) {
    if (!known.isEmpty() && !column.isEmpty() && !known.contains(column)) {
      values.problem(
          "'%s' names '%s', which is not among '%s'%s"
              .formatted(
                  values.pathOf(key),
                  column,
                  values.pathOf("csv.columns"),
                  Suggestion.hint("", column, known)));
    }
  }

  private void reportTwoLists(String column) {
    values.problem(
        "'%s' and '%s' both name '%s'"
            .formatted(
                values.pathOf("numeric.columns"), values.pathOf("categorical.columns"), column));
  }

  private static List<String> named(ColumnChoice choice) {
    return choice instanceof ColumnChoice.Named named ? named.columns() : List.of();
  }
}
