package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Refuses rows that cannot be trained on, naming the first in the order of the input and the number
 * of all.
 *
 * @param label name of the label's column
 */
record BadRows(String label) {

  /**
   * @param rows as {@link Preprocessor} leaves them
   * @throws LockstepException of kind DATA where one has a problem or no label
   */
  void refuse(Dataset<Row> rows) {
    Column missingLabel =
        when(RowColumns.named(RowColumns.LABEL).isNull(), lit("'" + label + "' is missing"));
    refuse(rows, coalesce(RowColumns.named(RowColumns.PROBLEM), missingLabel));
  }

  /** The same, but a row may be without a label. */
  void refuseProblems(Dataset<Row> rows) {
    refuse(rows, RowColumns.named(RowColumns.PROBLEM));
  }

  private static void refuse(Dataset<Row> rows, Column problem) {
    Row found =
        rows.select(
                RowColumns.named(RowColumns.FILE),
                RowColumns.named(RowColumns.BLOCK),
                RowColumns.named(RowColumns.ROW),
                problem.as(RowColumns.PROBLEM),
                content(rows).as("content"))
            .where(RowColumns.named(RowColumns.PROBLEM).isNotNull())
            .agg(
                count(lit(1)),
                min(
                    struct(
                        RowColumns.FILE,
                        RowColumns.BLOCK,
                        RowColumns.ROW,
                        RowColumns.PROBLEM,
                        "content")))
            .head();
    if (found.getLong(0) > 0) {
      throw refusal(found.getLong(0), found.getStruct(1));
    }
  }

  private static LockstepException refusal(long count, Row first) {
    String others = count == 1 ? "" : "; %d rows in all are bad".formatted(count);
    return new LockstepException(
        FailureKind.DATA,
        "Cannot use a row of %s: %s (%s)%s"
            .formatted(
                first.getString(0),
                first.getString(3),
                Shortened.text(first.getString(4)),
                others));
  }

  private static Column content(Dataset<Row> rows) {
    List<String> columns = List.of(rows.columns());
    if (columns.contains(RowColumns.IMAGE)) {
      return concat(lit("image "), RowColumns.named(RowColumns.ROW));
    }
    Column[] cells = RowColumns.ofInput(rows).stream().map(Cells::raw).toArray(Column[]::new);
    return coalesce(RowColumns.named(RowColumns.RAGGED), concat_ws(",", cells));
  }
}
