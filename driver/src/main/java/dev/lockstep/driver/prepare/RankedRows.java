package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.common.config.JobConfig;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows of one source in their final order, and the splits that they make up, one after another.
 *
 * @param rows with their places in {@link RowOrder#RANK}
 */
record RankedRows(Dataset<Row> rows, List<Part> parts) {
  RankedRows {
    parts = List.copyOf(parts);
  }

  /**
   * A run of rows that makes a split.
   *
   * @param split its name
   * @param start rank of its first row
   */
  record Part(String split, long start, long samples) {
    Column contains(Column rank) {
      return rank.geq(start).and(rank.lt(start + samples));
    }
  }

  /** Cuts the training input: test, validation and training part by a seeded hash of the rows. */
  static RankedRows ofTraining(Dataset<Row> rows, SplitSizes sizes, JobConfig job, RowOrder order) {
    Part test = new Part(PreparedDirectory.TEST, 0, sizes.test());
    Part validation = new Part(PreparedDirectory.VALIDATION, sizes.test(), sizes.validation());
    Part train =
        new Part(PreparedDirectory.TRAIN, sizes.test() + sizes.validation(), sizes.train());
    Dataset<Row> shuffled = order.byContent(rows, job.training().seed());
    Column rank = RowColumns.named(RowOrder.RANK);
    Column group =
        when(test.contains(rank), lit(0)).when(validation.contains(rank), lit(1)).otherwise(lit(2));
    Dataset<Row> ranked =
        switch (job.training().order()) {
          case SHUFFLED -> shuffled;
          case INPUT -> order.byInput(shuffled, group);
        };
    return new RankedRows(ranked, List.of(test, validation, train));
  }

  /** Takes all rows for one split. */
  static RankedRows ofSplit(String split, Dataset<Row> rows, JobConfig job, RowOrder order) {
    Dataset<Row> ranked =
        switch (job.training().order()) {
          case SHUFFLED -> order.byContent(rows, job.training().seed());
          case INPUT -> order.byInput(rows, lit(0));
        };
    return new RankedRows(ranked, List.of(new Part(split, 0, ranked.count())));
  }

  /** The rows of one split. */
  Dataset<Row> part(String split) {
    Column chosen =
        parts.stream()
            .filter(part -> part.split.equals(split))
            .map(part -> part.contains(RowColumns.named(RowOrder.RANK)))
            .reduce(lit(false), Column::or);
    return rows.where(chosen);
  }

  RankedRows with(Preprocessor preprocessor) {
    return new RankedRows(preprocessor.apply(rows), parts);
  }
}
