package dev.lockstep.driver.predict;

import dev.lockstep.driver.prepare.RowColumns;
import java.util.List;
import org.apache.spark.sql.Row;

/** The features of a row of the preprocessor. */
public final class FeatureCells {
  private FeatureCells() {}

  /** The network's input for a row without a problem. */
  public static float[] of(Row row) {
    List<Float> cells = row.getList(row.fieldIndex(RowColumns.FEATURES));
    float[] features = new float[cells.size()];
    int i = 0;
    for (float cell : cells) {
      features[i++] = cell;
    }
    return features;
  }
}
