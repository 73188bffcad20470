package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.common.config.CategoricalConfig.Encode;
import dev.lockstep.common.config.CategoricalConfig.Unseen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Columns of categories to numbers: the index of the category, or a vector of zeros and a one.
 *
 * <p>A category that the training part lacks has the index after the last, for which the one-hot
 * vector has no element.
 */
record CategoricalFeatures(List<Preprocessing.Categorical> columns, List<String> missing) {
  /** Stands for a missing value; a cell that holds this one character counts as missing too. */
  private static final String MISSING = "\0";

  Dataset<Row> addTo(Dataset<Row> rows) {
    if (columns.isEmpty()) {
      return rows;
    }
    Map<String, Column> keys = new LinkedHashMap<>();
    for (Preprocessing.Categorical column : columns) {
      keys.put(keyOf(column), coalesce(Cells.present(column.column(), missing), lit(MISSING)));
    }
    return oneHot(indexer().transform(rows.withColumns(keys)));
  }

  /** Names of the numbers and vectors that {@link #addTo} adds. */
  Stream<String> parts() {
    return columns.stream()
        .map(
            column ->
                switch (column.encode()) {
                  case INDEX -> indexOf(column);
                  case ONE_HOT -> vectorOf(column);
                });
  }

  Stream<Column> problems() {
    return columns.stream()
        .filter(column -> column.unseen() == Unseen.ERROR)
        .map(CategoricalFeatures::unseen);
  }

  private StringIndexerModel indexer() {
    String[][] labels = columns.stream().map(CategoricalFeatures::keys).toArray(String[][]::new);
    return new StringIndexerModel("categories", labels)
        .setInputCols(names(columns, CategoricalFeatures::keyOf))
        .setOutputCols(names(columns, CategoricalFeatures::indexOf))
        .setHandleInvalid("keep");
  }

  private Dataset<Row> oneHot(Dataset<Row> indexed) {
    List<Preprocessing.Categorical> encoded =
        columns.stream().filter(column -> column.encode() == Encode.ONE_HOT).toList();
    if (encoded.isEmpty()) {
      return indexed;
    }
    int[] sizes = encoded.stream().mapToInt(column -> column.size() + 1).toArray();
    return new OneHotEncoderModel("one-hot", sizes)
        .setInputCols(names(encoded, CategoricalFeatures::indexOf))
        .setOutputCols(names(encoded, CategoricalFeatures::vectorOf))
        .setDropLast(true)
        .transform(indexed);
  }

  private static Column unseen(Preprocessing.Categorical column) {
    Column key = RowColumns.named(keyOf(column));
    Column text =
        when(key.equalTo(MISSING), lit("missing")).otherwise(concat(lit("'"), key, lit("'")));
    return when(
        RowColumns.named(indexOf(column)).equalTo(column.size()),
        concat(
            lit("'" + column.column() + "' is "),
            text,
            lit(", a category that the training part does not have")));
  }

  private static String[] keys(Preprocessing.Categorical column) {
    Stream<String> missing = column.missing() ? Stream.of(MISSING) : Stream.of();
    return Stream.concat(column.categories().stream(), missing).toArray(String[]::new);
  }

  private static String[] names(
      List<Preprocessing.Categorical> columns, Function<Preprocessing.Categorical, String> name) {
    return columns.stream().map(name).toArray(String[]::new);
  }

  private static String keyOf(Preprocessing.Categorical column) {
    return RowColumns.temporary("key", column.column());
  }

  private static String indexOf(Preprocessing.Categorical column) {
    return RowColumns.temporary("index", column.column());
  }

  private static String vectorOf(Preprocessing.Categorical column) {
    return RowColumns.temporary("vector", column.column());
  }
}
