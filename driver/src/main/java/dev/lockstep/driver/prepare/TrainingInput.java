package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows that training, and splits without files of their own, are taken from.
 *
 * @param notes what was found in them that their owner may want to know
 * @param fitting what is to be fitted on the training part of them
 */
record TrainingInput(
    Dataset<Row> rows,
    long samples,
    List<String> notes,
    Function<Dataset<Row>, Preprocessing> fitting) {

  static TrainingInput read(DataConfig data, Source source) {
    Dataset<Row> rows = source.readLabelled(data, data.train());
    return switch (data.format()) {
      case CSV -> tabular(data, rows);
      case IDX ->
          new TrainingInput(
              rows, present(data, rows.count()), List.of(), new ImageFitting(data)::fit);
    };
  }

  private static TrainingInput tabular(DataConfig data, Dataset<Row> rows) {
    TabularInspection inspection = new TabularInspection(data);
    ColumnCounts counts = inspection.count(rows);
    long samples = present(data, counts.rows());
    ColumnRoles roles = inspection.roles(rows, counts);
    return new TrainingInput(
        rows,
        samples,
        roles.notes(data, RowColumns.ofInput(rows), counts),
        new TabularFitting(data, roles)::fit);
  }

  private static long present(DataConfig data, long samples) {
    if (samples == 0) {
      throw new LockstepException(
          FailureKind.DATA, "Cannot train on %s: it has no rows".formatted(data.train()));
    }
    return samples;
  }
}
