package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Cells to a vector of floats: the numeric columns, scaled, then the categorical ones. */
final class TabularFeatures implements FeatureColumns {
  private static final String VECTOR = RowColumns.RESERVED + "vector";

  private final Preprocessing.Tabular fitted;
  private final NumericFeatures numeric;
  private final CategoricalFeatures categorical;

  TabularFeatures(Preprocessing.Tabular fitted) {
    this.fitted = fitted;
    numeric = new NumericFeatures(fitted.numeric(), fitted.missing());
    categorical = new CategoricalFeatures(fitted.categorical(), fitted.missing());
  }

  @Override
  public Dataset<Row> addTo(Dataset<Row> rows) {
    requireColumns(rows);
    Dataset<Row> encoded = categorical.addTo(numeric.addTo(rows));
    List<String> parts = Stream.concat(numeric.parts(), categorical.parts()).toList();
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(parts.toArray(String[]::new))
            .setOutputCol(VECTOR)
            .setHandleInvalid("keep")
            .transform(encoded);
    return assembled
        .withColumn(
            RowColumns.FEATURES, functions.vector_to_array(RowColumns.named(VECTOR), "float32"))
        .withColumn(RowColumns.PROBLEM, problem(rows));
  }

  private void requireColumns(Dataset<Row> rows) {
    List<String> known = RowColumns.ofInput(rows);
    List<String> absent = columns().filter(column -> !known.contains(column)).toList();
    if (!absent.isEmpty()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot use the input: it lacks the column %s (it has %s)"
              .formatted(Shortened.list(absent), Shortened.list(known)));
    }
  }

  private Stream<String> columns() {
    return Stream.concat(
        fitted.numeric().stream().map(Preprocessing.Numeric::column),
        fitted.categorical().stream().map(Preprocessing.Categorical::column));
  }

  private Column problem(Dataset<Row> rows) {
    List<Column> problems = new ArrayList<>();
    problems.add(RowColumns.named(RowColumns.PROBLEM));
    if (List.of(rows.columns()).contains(RowColumns.RAGGED)) {
      int cells = RowColumns.ofInput(rows).size();
      Column ragged = RowColumns.named(RowColumns.RAGGED).isNotNull();
      problems.add(when(ragged, lit("the row does not have " + cells + " cells")));
    }
    numeric.problems().forEach(problems::add);
    categorical.problems().forEach(problems::add);
    return coalesce(problems.toArray(Column[]::new));
  }
}
