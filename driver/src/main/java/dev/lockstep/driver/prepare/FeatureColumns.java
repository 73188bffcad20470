package dev.lockstep.driver.prepare;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Adds the features to raw rows. */
interface FeatureColumns {
  /** Adds the column of features and completes the column of problems. */
  Dataset<Row> addTo(Dataset<Row> rows);
}
