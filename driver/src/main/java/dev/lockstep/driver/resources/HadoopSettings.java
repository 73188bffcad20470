package dev.lockstep.driver.resources;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/** Hadoop settings that were given to Spark, for file systems used before or beside a session. */
public final class HadoopSettings {
  private static final String PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /** Every {@code spark.hadoop.KEY} of the configuration, by KEY. */
  public static Map<String, String> in(SparkConf conf) {
    return Arrays.stream(conf.getAllWithPrefix(PREFIX))
        .collect(Collectors.toUnmodifiableMap(entry -> entry._1(), entry -> entry._2()));
  }
}
