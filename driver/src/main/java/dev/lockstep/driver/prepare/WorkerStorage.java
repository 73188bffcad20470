package dev.lockstep.driver.prepare;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.resources.HadoopSettings;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The way to the file systems for Spark tasks: the driver's Hadoop settings, and nothing else. */
record WorkerStorage(Map<String, String> settings) implements Serializable {
  static WorkerStorage of(SparkSession spark) {
    return new WorkerStorage(HadoopSettings.forWorkers(spark.sparkContext()));
  }

  Storage open() {
    return new Storage(settings);
  }
}
