package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.InputShape;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Fits the preprocessing of images on the training part. */
record ImageFitting(DataConfig data) {
  private static final float BRIGHTEST = 255f;

  Preprocessing.Images fit(Dataset<Row> train) {
    Row first = train.select(RowColumns.named(List.of(RowColumns.HEIGHT, RowColumns.WIDTH))).head();
    ImageStatistics fitted =
        new LabelText(List.of(), data.label().rename())
            .addTo(train, data.label().column())
            .select(RowColumns.named(List.of(RowColumns.IMAGE, LabelColumns.TEXT)))
            .javaRDD()
            .treeAggregate(new ImageStatistics(), ImageStatistics::add, ImageStatistics::add);
    return new Preprocessing.Images(
        new InputShape.Image(1, first.getInt(0), first.getInt(1)),
        scaling(fitted),
        new LabelFitting(data.label()).classes(fitted.classes()),
        data.label().rename());
  }

  private ElementScaling scaling(ImageStatistics fitted) {
    return switch (data.numeric().scale()) {
      case NONE -> ElementScaling.NONE;
      case MIN_MAX -> new ElementScaling(1 / BRIGHTEST, 0);
      case STANDARD ->
          new ElementScaling(
              (float) (1 / fitted.deviation()), (float) (-fitted.mean() / fitted.deviation()));
    };
  }
}
