package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Fits the preprocessing of rows of cells on the training part. */
record TabularFitting(DataConfig data, ColumnRoles roles) {

  Preprocessing.Tabular fit(Dataset<Row> train) {
    Dataset<Row> cells = cells(train);
    TrainingStatistics zero =
        new TrainingStatistics(roles.numeric().size(), roles.categorical().size());
    TrainingStatistics fitted =
        cells.javaRDD().treeAggregate(zero, TrainingStatistics::add, TrainingStatistics::add);
    return new Preprocessing.Tabular(
        numeric(fitted, cells),
        IntStream.range(0, roles.categorical().size())
            .mapToObj(i -> categorical(i, fitted))
            .toList(),
        data.csv().missing(),
        new LabelFitting(data.label()).fit(fitted.classes(), fitted.values()),
        data.label().rename());
  }

  /** The columns that {@link TrainingStatistics} takes. */
  private Dataset<Row> cells(Dataset<Row> rows) {
    String numbers = RowColumns.RESERVED + "numbers";
    String categories = RowColumns.RESERVED + "categories";
    String numberOfLabel = RowColumns.RESERVED + "label_number";
    List<String> missing = data.csv().missing();
    Column label = RowColumns.named(numberOfLabel);
    return new LabelText(missing, data.label().rename())
        .addTo(rows, data.label().column())
        .withColumn(numberOfLabel, Cells.number(LabelColumns.TEXT))
        .withColumn(numbers, Cells.present(roles.numeric(), missing))
        .withColumn(categories, Cells.present(roles.categorical(), missing))
        .select(
            expr(Cells.numbersIn(numbers)),
            RowColumns.named(categories),
            RowColumns.named(LabelColumns.TEXT),
            when(Cells.finite(label), label));
  }

  private List<Preprocessing.Numeric> numeric(TrainingStatistics fitted, Dataset<Row> cells) {
    List<String> columns = roles.numeric();
    long[] counts =
        IntStream.range(0, columns.size())
            .mapToLong(i -> present(columns.get(i), fitted.number(i)).count())
            .toArray();
    double[] fills =
        switch (data.numeric().missing()) {
          case MEAN ->
              IntStream.range(0, counts.length).mapToDouble(i -> fitted.number(i).mean()).toArray();
          case MEDIAN -> new Medians(counts).of(cells);
          case ERROR -> new double[0];
        };
    return IntStream.range(0, columns.size())
        .mapToObj(
            i ->
                numeric(
                    columns.get(i),
                    fitted.number(i),
                    i < fills.length ? OptionalDouble.of(fills[i]) : OptionalDouble.empty()))
        .toList();
  }

  private Preprocessing.Numeric numeric(
      String column, NumberStatistics statistics, OptionalDouble fill) {
    ShiftAndScale scaling = ShiftAndScale.of(data.numeric().scale(), statistics, column);
    return new Preprocessing.Numeric(column, fill, scaling.shift(), scaling.scale());
  }

  private static NumberStatistics present(String column, NumberStatistics statistics) {
    if (statistics.count() == 0) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot fit column '%s': it has no value in the training part; leave it out by %s"
              .formatted(column, "listing the columns to use in 'data.numeric.columns'"));
    }
    return statistics;
  }

  private Preprocessing.Categorical categorical(int index, TrainingStatistics fitted) {
    String column = roles.categorical().get(index);
    DistinctTexts categories = fitted.categories(index);
    if (categories.exceeded()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot encode column '%s': it has more than %d categories; leave it out by %s"
              .formatted(
                  column,
                  DistinctTexts.LIMIT,
                  "listing the columns to use in 'data.categorical.columns'"));
    }
    return new Preprocessing.Categorical(
        column,
        categories.inOrder(),
        fitted.hasMissingCategory(index),
        data.categorical().encode(),
        data.categorical().unseen());
  }
}
