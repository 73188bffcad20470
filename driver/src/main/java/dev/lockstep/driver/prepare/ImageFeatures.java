package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.InputShape;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/** Pixels to floats, scaled as a reader of shards scales them. */
record ImageFeatures(Preprocessing.Images fitted) implements FeatureColumns {

  @Override
  public Dataset<Row> addTo(Dataset<Row> rows) {
    InputShape.Image shape = fitted.shape();
    Column fits =
        RowColumns.named(RowColumns.HEIGHT)
            .equalTo(shape.height())
            .and(RowColumns.named(RowColumns.WIDTH).equalTo(shape.width()));
    return rows.withColumn(RowColumns.FEATURES, scaled().apply(RowColumns.named(RowColumns.IMAGE)))
        .withColumn(
            RowColumns.PROBLEM,
            coalesce(
                RowColumns.named(RowColumns.PROBLEM), when(fits.unary_$bang(), otherSize(shape))));
  }

  private UserDefinedFunction scaled() {
    float factor = fitted.scaling().factor();
    float offset = fitted.scaling().offset();
    UDF1<byte[], float[]> scale = image -> scale(image, new ElementScaling(factor, offset));
    return udf(scale, DataTypes.createArrayType(DataTypes.FloatType, false));
  }

  private static float[] scale(byte[] image, ElementScaling scaling) {
    float[] features = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      features[i] = scaling.apply(Byte.toUnsignedInt(image[i]));
    }
    return features;
  }

  private static Column otherSize(InputShape.Image shape) {
    return concat(
        lit("the image has "),
        RowColumns.named(RowColumns.HEIGHT),
        lit(" x "),
        RowColumns.named(RowColumns.WIDTH),
        lit(
            " pixels, not the "
                + shape.height()
                + " x "
                + shape.width()
                + " of the training part"));
  }
}
