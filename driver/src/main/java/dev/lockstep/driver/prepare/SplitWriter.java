package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.storage.Json;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Writes the shards of a split in one Spark job, a task for each shard.
 *
 * @param directory folder of the prepared dataset
 * @param staging folder for unfinished files, on the same file system
 */
record SplitWriter(DataSchema schema, WorkerStorage workers, String directory, String staging) {

  /**
   * @param samples rows as {@link Preprocessor} leaves them, with their places in the split in
   *     {@link RowOrder#RANK}
   */
  Split write(String split, Dataset<Row> samples, long count) {
    if (count == 0) {
      return Split.EMPTY;
    }
    ShardFormat format = ShardFormat.of(schema);
    ShardLayout layout = ShardLayout.of(count, format.sampleBytes());
    ShardTask task =
        new ShardTask(split, format, layout.blockSamples(), workers, directory, staging);
    List<Shard> shards =
        samples
            .select(RowColumns.named(RowOrder.RANK), features(), label())
            .javaRDD()
            .mapToPair(row -> new Tuple2<>(row.getLong(0), SampleEncoder.encode(row)))
            .repartitionAndSortWithinPartitions(
                new ShardPartitioner(layout.shards(), layout.shardSamples()))
            .mapPartitions(task)
            .collect()
            .stream()
            .map(json -> Json.read(json, Shard.class, "the result of a task"))
            .toList();
    return new Split(shards.stream().mapToLong(Shard::samples).sum(), shards);
  }

  private Column features() {
    return RowColumns.named(
        schema.element() == ElementType.UINT8 ? RowColumns.IMAGE : RowColumns.FEATURES);
  }

  private Column label() {
    Column label = RowColumns.named(RowColumns.LABEL);
    return schema.label() instanceof LabelSchema.Value value
        ? label.minus(value.shift()).divide(value.scale()).cast("float")
        : label.cast("int");
  }
}
