package dev.lockstep.driver.predict;

import org.apache.spark.sql.SparkSession;

/**
 * How Spark cuts files into partitions: by their bytes alone.
 *
 * <p>Spark's own way also looks at the number of cores. The last bits of a network's outputs depend
 * on where in its batch a row stands, since matrix products treat the border of a matrix by other
 * kernels than its inside; with the same cuts the batches are the same, on a laptop and on a
 * cluster.
 */
public final class FileCuts {
  private static final long PARTITION_BYTES = 8L << 20;

  private FileCuts() {}

  /** A session beside the given one, in the same Spark application, that cuts by bytes alone. */
  public static SparkSession byBytes(SparkSession spark) {
    return of(spark, PARTITION_BYTES);
  }

  static SparkSession of(SparkSession spark, long partitionBytes) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.files.minPartitionNum", 1);
    session.conf().set("spark.sql.files.maxPartitionBytes", partitionBytes);
    session.conf().set("spark.sql.files.openCostInBytes", 0);
    return session;
  }
}
