package dev.lockstep.driver.prepare;

import dev.lockstep.common.storage.Storage;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The way to the file systems for Spark tasks: the session's Hadoop settings, and nothing else. */
record WorkerStorage(Map<String, String> settings) implements Serializable {
  private static final String PREFIX = "spark.hadoop.";

  static WorkerStorage of(SparkSession spark) {
    return new WorkerStorage(
        Arrays.stream(spark.sparkContext().getConf().getAllWithPrefix(PREFIX))
            .collect(Collectors.toMap(Tuple2::_1, Tuple2::_2)));
  }

  Storage open() {
    return new Storage(settings);
  }
}
