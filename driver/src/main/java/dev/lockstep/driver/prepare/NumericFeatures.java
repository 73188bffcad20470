package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.udf;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.VectorSizeHint;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * Columns of numbers to one vector: parsed, missing ones filled in, shifted and scaled.
 *
 * <p>They are handled as one array, because Spark compiles expressions, and hundreds of columns
 * with expressions of their own take it minutes.
 */
record NumericFeatures(List<Preprocessing.Numeric> columns, List<String> missing) {
  private static final String TEXTS = RowColumns.RESERVED + "number_texts";
  private static final String NUMBERS = RowColumns.RESERVED + "numbers";
  private static final String FILLED = RowColumns.RESERVED + "filled";
  private static final String SCALED = RowColumns.RESERVED + "scaled";

  Dataset<Row> addTo(Dataset<Row> rows) {
    if (columns.isEmpty()) {
      return rows;
    }
    List<String> names = columns.stream().map(Preprocessing.Numeric::column).toList();
    Dataset<Row> filled =
        rows.withColumn(TEXTS, Cells.present(names, missing))
            .withColumn(NUMBERS, expr(Cells.numbersIn(TEXTS)))
            .withColumn(
                FILLED,
                udf(filling(columns), SQLDataTypes.VectorType()).apply(RowColumns.named(NUMBERS)));
    Dataset<Row> sized =
        new VectorSizeHint()
            .setInputCol(FILLED)
            .setSize(columns.size())
            .setHandleInvalid("optimistic")
            .transform(filled);
    return scaler().transform(sized);
  }

  /** Names of the vectors that {@link #addTo} adds. */
  Stream<String> parts() {
    return columns.isEmpty() ? Stream.of() : Stream.of(SCALED);
  }

  Stream<Column> problems() {
    return columns.isEmpty()
        ? Stream.of()
        : Stream.of(
            udf(checking(columns), DataTypes.StringType)
                .apply(RowColumns.named(TEXTS), RowColumns.named(NUMBERS)));
  }

  /** Numbers that can be computed with, even where the row has a problem. */
  private static UDF1<Seq<Double>, Vector> filling(List<Preprocessing.Numeric> columns) {
    double[] fills =
        columns.stream().mapToDouble(column -> column.fill().orElse(column.shift())).toArray();
    return numbers -> {
      double[] filled = new double[fills.length];
      for (int i = 0; i < fills.length; i++) {
        Double number = numbers.apply(i);
        filled[i] = number != null && Double.isFinite(number) ? number : fills[i];
      }
      return Vectors.dense(filled);
    };
  }

  private static UDF2<Seq<String>, Seq<Double>, String> checking(
      List<Preprocessing.Numeric> columns) {
    List<NumberCheck> checks =
        columns.stream()
            .map(c -> new NumberCheck(c.column(), c.fill().isEmpty(), c.shift(), c.scale()))
            .toList();
    return (texts, numbers) ->
        IntStream.range(0, checks.size())
            .mapToObj(i -> checks.get(i).problem(texts.apply(i), numbers.apply(i)))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  private StandardScalerModel scaler() {
    double[] scales = columns.stream().mapToDouble(Preprocessing.Numeric::scale).toArray();
    double[] shifts = columns.stream().mapToDouble(Preprocessing.Numeric::shift).toArray();
    StandardScalerModel model =
        new StandardScalerModel("scaler", Vectors.dense(scales), Vectors.dense(shifts));
    model.set(model.withMean(), true);
    return model.setInputCol(FILLED).setOutputCol(SCALED);
  }
}
