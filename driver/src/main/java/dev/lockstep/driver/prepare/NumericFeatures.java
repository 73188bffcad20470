package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.when;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Columns of numbers to one vector: parsed, missing ones filled in, shifted and scaled. */
record NumericFeatures(List<Preprocessing.Numeric> columns) {
  private static final String ASSEMBLED = RowColumns.RESERVED + "numbers";
  private static final String SCALED = RowColumns.RESERVED + "scaled";

  Dataset<Row> addTo(Dataset<Row> rows) {
    if (columns.isEmpty()) {
      return rows;
    }
    Map<String, Column> numbers = new LinkedHashMap<>();
    Map<String, Column> filled = new LinkedHashMap<>();
    for (Preprocessing.Numeric column : columns) {
      numbers.put(numberOf(column), Cells.number(TabularFeatures.textOf(column.column())));
      filled.put(filledOf(column), filled(column));
    }
    String[] inputs = columns.stream().map(NumericFeatures::filledOf).toArray(String[]::new);
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(inputs)
            .setOutputCol(ASSEMBLED)
            .setHandleInvalid("keep")
            .transform(rows.withColumns(numbers).withColumns(filled));
    return scaler().transform(assembled);
  }

  /** Names of the vectors that {@link #addTo} adds. */
  Stream<String> parts() {
    return columns.isEmpty() ? Stream.of() : Stream.of(SCALED);
  }

  Stream<Column> problems() {
    return columns.stream().flatMap(NumericFeatures::problems);
  }

  private static Stream<Column> problems(Preprocessing.Numeric column) {
    NumberProblems problems =
        new NumberProblems(
            column.column(), TabularFeatures.textOf(column.column()), numberOf(column));
    Stream<Column> always =
        Stream.of(problems.notFinite(), problems.tooLarge(column.shift(), column.scale()));
    return column.fill().isPresent()
        ? always
        : Stream.concat(Stream.of(problems.missing()), always);
  }

  /** A number that can be computed with, even where the row has a problem. */
  private static Column filled(Preprocessing.Numeric column) {
    Column number = RowColumns.named(numberOf(column));
    return when(Cells.finite(number), number).otherwise(column.fill().orElse(column.shift()));
  }

  private StandardScalerModel scaler() {
    double[] scales = columns.stream().mapToDouble(Preprocessing.Numeric::scale).toArray();
    double[] shifts = columns.stream().mapToDouble(Preprocessing.Numeric::shift).toArray();
    StandardScalerModel model =
        new StandardScalerModel("scaler", Vectors.dense(scales), Vectors.dense(shifts));
    model.set(model.withMean(), true);
    return model.setInputCol(ASSEMBLED).setOutputCol(SCALED);
  }

  private static String numberOf(Preprocessing.Numeric column) {
    return RowColumns.temporary("number", column.column());
  }

  private static String filledOf(Preprocessing.Numeric column) {
    return RowColumns.temporary("filled", column.column());
  }
}
