package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;

/**
 * What can be wrong with a number, told in words.
 *
 * @param column name of the input's column, for the words
 * @param text name of the column with the cell's text, null where it is missing
 * @param number name of the column with the number in it, null where there is none
 */
record NumberProblems(String column, String text, String number) {

  Column missing() {
    return when(RowColumns.named(text).isNull(), lit("'" + column + "' is missing"));
  }

  Column notFinite() {
    Column present = RowColumns.named(text).isNotNull();
    Column value = RowColumns.named(number);
    return when(present.and(value.isNull()), words("not a number"))
        .when(present.and(Cells.finite(value).unary_$bang()), words("not a finite number"));
  }

  /** True of numbers that scaling would turn into a float's infinity. */
  Column tooLarge(double shift, double scale) {
    Column distance = abs(RowColumns.named(number).minus(shift));
    return when(distance.gt(scale * Float.MAX_VALUE), words("too large for a 32-bit float"));
  }

  private Column words(String complaint) {
    return concat(lit("'" + column + "' is '"), RowColumns.named(text), lit("', " + complaint));
  }
}
