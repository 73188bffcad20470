package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;

/** The text of cells, and the numbers in it, as Spark expressions. */
final class Cells {
  private Cells() {}

  /** A cell as it was read; an empty one is the empty string. */
  static Column raw(String column) {
    return coalesce(RowColumns.named(column), lit(""));
  }

  /** All cells as one array, as they were read. */
  static Column raw(List<String> columns) {
    return transform(
        array(RowColumns.named(columns)).cast("array<string>"), cell -> coalesce(cell, lit("")));
  }

  /** A cell, or null where it stands for a missing value. */
  static Column present(String column, List<String> missing) {
    return present(raw(column), missing);
  }

  /** Cells as one array, null where one stands for a missing value. */
  static Column present(List<String> columns, List<String> missing) {
    return transform(raw(columns), cell -> present(cell, missing));
  }

  private static Column present(Column text, List<String> missing) {
    return missing.isEmpty() ? text : when(text.isin(missing.toArray()), lit(null)).otherwise(text);
  }

  /** The number that a column of text holds by Spark's cast, or null where it holds none. */
  static Column number(String column) {
    return expr("try_cast(" + RowColumns.quoted(column) + " as double)");
  }

  /** The same for a column with an array of texts, as SQL. */
  static String numbersIn(String column) {
    return "transform(%s, cell -> try_cast(cell as double))".formatted(RowColumns.quoted(column));
  }

  static Column finite(Column number) {
    return number
        .isNotNull()
        .and(number.isNaN().unary_$bang())
        .and(number.notEqual(Double.POSITIVE_INFINITY))
        .and(number.notEqual(Double.NEGATIVE_INFINITY));
  }
}
