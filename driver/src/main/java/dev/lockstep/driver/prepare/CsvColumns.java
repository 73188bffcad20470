package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.CsvConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Decides the names of a CSV file's columns by the job file and the first line of the input. */
record CsvColumns(CsvConfig csv, String label, String path) {

  List<String> ofHeader(Row header) {
    List<String> names =
        IntStream.range(0, header.size())
            .mapToObj(i -> header.isNullAt(i) ? "" : header.getString(i))
            .toList();
    if (!csv.columns().isEmpty() && !names.equals(expected(names.size()))) {
      throw refusal(
          "its header is %s, 'data.csv.columns' is %s"
              .formatted(Shortened.list(names), Shortened.list(csv.columns())));
    }
    return checked(names);
  }

  /** The names of the job file, where there is no header. */
  List<String> ofRow(int cells) {
    if (csv.columns().isEmpty()) {
      throw refusal("it has no header, so 'data.csv.columns' must name its columns");
    }
    return checked(expected(cells));
  }

  /** All columns, or all but the label's where the row is one cell short: data to predict. */
  private List<String> expected(int cells) {
    List<String> unlabelled =
        csv.columns().stream().filter(column -> !column.equals(label)).toList();
    return cells == unlabelled.size() ? unlabelled : csv.columns();
  }

  /** Spark takes names that differ in case only for one. */
  private List<String> checked(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isEmpty()) {
        throw refusal("its column %d has no name".formatted(seen.size() + 1));
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw refusal("two of its columns are named '%s'".formatted(name));
      }
      if (name.startsWith(RowColumns.RESERVED) || name.equals("_metadata")) {
        throw refusal("the column name '%s' is reserved".formatted(name));
      }
    }
    return names;
  }

  private LockstepException refusal(String reason) {
    return new LockstepException(FailureKind.DATA, "Cannot read %s: %s".formatted(path, reason));
  }
}
