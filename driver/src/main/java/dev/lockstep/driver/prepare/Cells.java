package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
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

  /** A cell, or null where it stands for a missing value. */
  static Column present(String column, List<String> missing) {
    Column text = raw(column);
    return missing.isEmpty() ? text : when(text.isin(missing.toArray()), lit(null)).otherwise(text);
  }

  /** The number that a column of text holds by Spark's cast, or null where it holds none. */
  static Column number(String column) {
    return expr("try_cast(" + RowColumns.quoted(column) + " as double)");
  }

  static Column finite(Column number) {
    return number
        .isNotNull()
        .and(number.isNaN().unary_$bang())
        .and(number.notEqual(Double.POSITIVE_INFINITY))
        .and(number.notEqual(Double.NEGATIVE_INFINITY));
  }
}
