package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows that training, and splits without files of their own, are taken from.
 *
 * @param fitting what is to be fitted on the training part of them
 */
record TrainingInput(
    Dataset<Row> rows, long samples, Function<Dataset<Row>, Preprocessing> fitting) {

  static TrainingInput read(DataConfig data, Source source) {
    Dataset<Row> rows = source.readLabelled(data, data.train());
    TrainingInput input =
        switch (data.format()) {
          case CSV -> tabular(data, rows);
          case IDX -> new TrainingInput(rows, rows.count(), new ImageFitting(data)::fit);
        };
    if (input.samples == 0) {
      throw new LockstepException(
          FailureKind.DATA, "Cannot train on %s: it has no rows".formatted(data.train()));
    }
    return input;
  }

  private static TrainingInput tabular(DataConfig data, Dataset<Row> rows) {
    TabularInspection inspection = new TabularInspection(data);
    ColumnCounts counts = inspection.count(rows);
    Function<Dataset<Row>, Preprocessing> fitting =
        train -> new TabularFitting(data, inspection.roles(rows, counts)).fit(train);
    return new TrainingInput(rows, counts.rows(), fitting);
  }
}
