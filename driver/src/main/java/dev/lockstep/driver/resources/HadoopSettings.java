package dev.lockstep.driver.resources;

import dev.lockstep.common.storage.StorageSettings;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** What somebody has set of Hadoop's, for file systems that Lockstep opens by itself. */
public final class HadoopSettings {
  private static final String PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /** Every {@code spark.hadoop.KEY} of the configuration, by KEY. */
  public static Map<String, String> in(SparkConf conf) {
    return Arrays.stream(conf.getAllWithPrefix(PREFIX))
        .collect(Collectors.toUnmodifiableMap(entry -> entry._1(), entry -> entry._2()));
  }

  /** What ranks and tasks need on their hosts to open the same file systems as the driver. */
  public static StorageSettings forWorkers(SparkContext spark) {
    return StorageSettings.of(in(spark.getConf()));
  }
}
