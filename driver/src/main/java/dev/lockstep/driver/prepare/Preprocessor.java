package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.lit;

import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Turns raw rows into samples, in training and in prediction alike.
 *
 * <p>It never fails on a row: what is wrong with one is told in its {@link RowColumns#PROBLEM}.
 */
public final class Preprocessor {
  private final FeatureColumns features;
  private final LabelColumns label;

  private Preprocessor(FeatureColumns features, LabelColumns label) {
    this.features = features;
    this.label = label;
  }

  public static Preprocessor of(Preprocessing fitted) {
    FeatureColumns features =
        fitted instanceof Preprocessing.Tabular tabular
            ? new TabularFeatures(tabular)
            : new ImageFeatures((Preprocessing.Images) fitted);
    return new Preprocessor(features, LabelColumns.of(fitted));
  }

  /** The same, but blind to labels, so that a bad label is no problem. */
  public Preprocessor withoutLabel() {
    return new Preprocessor(features, LabelColumns.NONE);
  }

  /**
   * Adds {@link RowColumns#FEATURES}, {@link RowColumns#LABEL} and {@link RowColumns#PROBLEM} to
   * rows of {@link Source}. The features are those that a reader of the shards hands to the
   * network, bit for bit.
   *
   * @throws dev.lockstep.common.failure.LockstepException of kind DATA where the rows lack a column
   */
  public Dataset<Row> apply(Dataset<Row> rows) {
    Dataset<Row> start = rows.withColumn(RowColumns.PROBLEM, lit(null).cast(DataTypes.StringType));
    Dataset<Row> samples = label.addTo(features.addTo(start));
    return samples.select(
        RowColumns.named(
            Stream.concat(
                    Arrays.stream(rows.columns()),
                    Stream.of(RowColumns.FEATURES, RowColumns.LABEL, RowColumns.PROBLEM))
                .toList()));
  }
}
