package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Brings rows into an order that does not depend on how Spark has cut them, and numbers them from 0
 * in {@link #RANK}.
 *
 * @param partitions how many tasks sort
 */
record RowOrder(SparkSession spark, int partitions) {
  static final String RANK = RowColumns.RESERVED + "rank";

  private static final List<String> ORIGIN =
      List.of(RowColumns.FILE, RowColumns.BLOCK, RowColumns.ROW);
  private static final long TASK_BYTES = 128L << 20;
  private static final int MOST_TASKS = 10_000;
  private static final String GROUP = RowColumns.RESERVED + "group";
  private static final String FIRST_HASH = RowColumns.RESERVED + "hash_1";
  private static final String SECOND_HASH = RowColumns.RESERVED + "hash_2";

  /** As many tasks as there are cores, more where each would sort more than 128 MiB of input. */
  static RowOrder forBytes(SparkSession spark, long bytes) {
    long tasks = Math.max(spark.sparkContext().defaultParallelism(), bytes / TASK_BYTES);
    return new RowOrder(spark, (int) Math.min(MOST_TASKS, tasks));
  }

  /**
   * A random order that is a pure function of the seed and of what the rows hold: by a hash of 128
   * bits over all cells. Where that ties, the cells decide, so that only equal rows can change
   * places.
   */
  Dataset<Row> byContent(Dataset<Row> rows, long seed) {
    List<Column> content = new ArrayList<>(List.of(Cells.raw(RowColumns.ofInput(rows))));
    if (List.of(rows.columns()).contains(RowColumns.IMAGE)) {
      content.add(RowColumns.named(RowColumns.IMAGE));
    }
    Dataset<Row> hashed =
        rows.withColumn(FIRST_HASH, hash(seed, 1, content))
            .withColumn(SECOND_HASH, hash(seed, 2, content));
    List<String> hashes = List.of(FIRST_HASH, SECOND_HASH);
    List<Column> keys = new ArrayList<>(List.of(RowColumns.named(hashes)));
    keys.addAll(content);
    keys.addAll(List.of(RowColumns.named(ORIGIN)));
    return numbered(
        hashed
            .repartitionByRange(partitions, RowColumns.named(hashes))
            .sortWithinPartitions(keys.toArray(Column[]::new))
            .drop(hashes.toArray(String[]::new)));
  }

  /**
   * The order of the input, file by file, each from its beginning to its end; but rows of a smaller
   * group come first.
   */
  Dataset<Row> byInput(Dataset<Row> rows, Column group) {
    Column[] keys =
        Stream.concat(Stream.of(RowColumns.named(GROUP)), Stream.of(RowColumns.named(ORIGIN)))
            .toArray(Column[]::new);
    return numbered(
        rows.withColumn(GROUP, group)
            .repartitionByRange(partitions, keys)
            .sortWithinPartitions(keys)
            .drop(GROUP, RANK));
  }

  private static Column hash(long seed, int salt, List<Column> content) {
    return xxhash64(
        Stream.concat(Stream.of(lit(seed), lit(salt)), content.stream()).toArray(Column[]::new));
  }

  /** Places are counted over one and the same RDD, whose partition borders are drawn only once. */
  private Dataset<Row> numbered(Dataset<Row> sorted) {
    return spark.createDataFrame(
        sorted.javaRDD().zipWithIndex().map(pair -> with(pair._1(), pair._2())),
        sorted.schema().add(RANK, DataTypes.LongType, false));
  }

  private static Row with(Row row, long rank) {
    Object[] values = new Object[row.size() + 1];
    Arrays.setAll(values, i -> i < row.size() ? row.get(i) : rank);
    return RowFactory.create(values);
  }
}
