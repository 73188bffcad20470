package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.storage.FileInfo;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.StorageSettings;
import dev.lockstep.driver.resources.HadoopSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Reads IDX files of images, each with its file of labels. A task reads a range of images; a
 * compressed file cannot be entered in its middle, so one task reads all of it.
 */
record IdxSource(SparkSession spark, Storage storage) {
  private static final int RANGE_BYTES = 16 << 20;

  Dataset<Row> read(DataConfig data, String path, List<FileInfo> files) {
    List<String> labels = new IdxLabels(storage).of(data, path, files);
    List<IdxRange> ranges = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Optional<String> beside = labels.isEmpty() ? Optional.empty() : Optional.of(labels.get(i));
      ranges.addAll(ranges(files.get(i).path(), beside));
    }
    StorageSettings workers = HadoopSettings.forWorkers(spark.sparkContext());
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(ranges, Math.max(1, ranges.size()))
            .flatMap(range -> IdxRows.of(range, workers.open()));
    return spark.createDataFrame(rows, schema(data.label().column(), labels.isEmpty()));
  }

  private List<IdxRange> ranges(String imagesPath, Optional<String> labelsPath) {
    IdxFile images = IdxFile.open(storage, imagesPath, IdxHeader.IMAGES);
    IdxFile labels =
        labelsPath.map(path -> IdxFile.open(storage, path, IdxHeader.LABELS)).orElse(null);
    int count = images.header().items();
    if (labels != null && labels.header().items() != count) {
      throw IdxHeader.refusal(
          labels.path(),
          "it has %d labels, %s has %d images"
              .formatted(labels.header().items(), imagesPath, count));
    }
    int step = images.compressed() ? count : Math.max(1, RANGE_BYTES / images.header().itemBytes());
    List<IdxRange> ranges = new ArrayList<>();
    for (int start = 0; start < count; start += step) {
      ranges.add(new IdxRange(images, labels, start, Math.min(count, start + step)));
    }
    return ranges;
  }

  private static StructType schema(String label, boolean unlabelled) {
    StructType images =
        new StructType()
            .add(RowColumns.IMAGE, DataTypes.BinaryType)
            .add(RowColumns.HEIGHT, DataTypes.IntegerType)
            .add(RowColumns.WIDTH, DataTypes.IntegerType)
            .add(RowColumns.FILE, DataTypes.StringType)
            .add(RowColumns.BLOCK, DataTypes.LongType)
            .add(RowColumns.ROW, DataTypes.LongType);
    return unlabelled ? images : images.add(label, DataTypes.StringType);
  }
}
