package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.ColumnChoice;
import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which columns become numbers and which categories. A column is numeric if every cell that is not
 * missing holds a number, else it is categorical; a column without any value is neither.
 *
 * @param numeric names, in the order of the input
 */
record ColumnRoles(List<String> numeric, List<String> categorical) {

  private static final int FEW = 20;

  static ColumnRoles of(DataConfig data, List<String> columns, ColumnCounts counts) {
    ColumnChoice numeric = data.numeric().columns();
    ColumnChoice categorical = data.categorical().columns();
    List<String> features =
        columns.stream().filter(column -> !column.equals(data.label().column())).toList();
    checkNames("data.numeric.columns", numeric, features);
    checkNames("data.categorical.columns", categorical, features);
    ColumnRoles roles =
        new ColumnRoles(
            features.stream()
                .filter(c -> chosen(c, numeric, categorical, hasNumbers(c, columns, counts)))
                .toList(),
            features.stream()
                .filter(c -> chosen(c, categorical, numeric, hasTexts(c, columns, counts)))
                .toList());
    roles.check(features);
    return roles;
  }

  /** Warns of columns of numbers that a few other cells turn into categories, and of empty ones. */
  List<String> notes(DataConfig data, List<String> columns, ColumnCounts counts) {
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      long texts = counts.texts(i);
      boolean inferred = data.categorical().columns() instanceof ColumnChoice.Auto;
      if (inferred && categorical.contains(column) && texts * FEW < counts.present(i)) {
        notes.add(
            "Column '%s' is taken for categories: %d of %d cells are no numbers; %s"
                .formatted(column, texts, counts.present(i), "see 'data.numeric.columns'"));
      }
      if (counts.present(i) == 0) {
        notes.add("Column '%s' is left out: it holds no values".formatted(column));
      }
    }
    return notes;
  }

  private static boolean chosen(
      String column, ColumnChoice own, ColumnChoice other, boolean typeFits) {
    return own instanceof ColumnChoice.Named named
        ? named.columns().contains(column)
        : typeFits
            && !(other instanceof ColumnChoice.Named taken && taken.columns().contains(column));
  }

  private static boolean hasNumbers(String column, List<String> columns, ColumnCounts counts) {
    int index = columns.indexOf(column);
    return counts.present(index) > 0 && counts.texts(index) == 0;
  }

  private static boolean hasTexts(String column, List<String> columns, ColumnCounts counts) {
    return counts.texts(columns.indexOf(column)) > 0;
  }

  private static void checkNames(String key, ColumnChoice choice, List<String> features) {
    if (choice instanceof ColumnChoice.Named named && !features.containsAll(named.columns())) {
      List<String> unknown =
          named.columns().stream().filter(column -> !features.contains(column)).toList();
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot find %s of '%s' among the columns that can be features (%s)"
              .formatted(Shortened.list(unknown), key, Shortened.list(features)));
    }
  }

  private void check(List<String> features) {
    List<String> both = numeric.stream().filter(categorical::contains).toList();
    if (!both.isEmpty()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "'data.numeric.columns' and 'data.categorical.columns' both name "
              + Shortened.list(both));
    }
    if (numeric.isEmpty() && categorical.isEmpty()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot build features: none of the columns %s holds a value or is chosen"
              .formatted(Shortened.list(features)));
    }
  }
}
