package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.StorageSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Writes the shards of a source in one Spark job, a task for each shard.
 *
 * @param directory folder of the prepared dataset
 * @param staging folder for unfinished files, on the same file system
 */
record SampleWriter(DataSchema schema, StorageSettings workers, String directory, String staging) {

  /**
   * Writes every shard, and returns the splits by their names.
   *
   * @param samples rows as {@link Preprocessor} leaves them
   */
  Map<String, Split> write(RankedRows samples) {
    ShardFormat format = ShardFormat.of(schema);
    ShardPlan plan = ShardPlan.of(samples.parts(), format.sampleBytes());
    if (plan.shards().isEmpty()) {
      return Map.of();
    }
    List<String> written =
        samples
            .rows()
            .select(RowColumns.named(RowOrder.RANK), features(), label())
            .javaRDD()
            .mapToPair(SampleWriter::ranked)
            .repartitionAndSortWithinPartitions(new ShardPartitioner(plan))
            .mapPartitions(new ShardTask(plan, format, workers, directory, staging))
            .collect();
    return splits(plan, written);
  }

  private static Tuple2<Long, byte[]> ranked(Row row) {
    return new Tuple2<>(row.getLong(0), SampleEncoder.encode(row));
  }

  private static Map<String, Split> splits(ShardPlan plan, List<String> written) {
    Map<String, List<Shard>> shards = new HashMap<>();
    for (int i = 0; i < written.size(); i++) {
      shards
          .computeIfAbsent(plan.shards().get(i).split(), split -> new ArrayList<>())
          .add(Json.read(written.get(i), Shard.class, "the result of a task"));
    }
    Map<String, Split> splits = new HashMap<>();
    shards.forEach(
        (name, list) ->
            splits.put(name, new Split(list.stream().mapToLong(Shard::samples).sum(), list)));
    return splits;
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
