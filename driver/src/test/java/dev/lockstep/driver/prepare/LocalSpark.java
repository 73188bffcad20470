package dev.lockstep.driver.prepare;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The Spark session that all integration tests of one JVM share. */
public final class LocalSpark {
  private LocalSpark() {}

  static SparkSession session() {
    return session("local[2]");
  }

  /**
   * The session.
   *
   * @param master takes effect where no session is running
   */
  public static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("test")
        .config(
            Map.of(
                "spark.ui.enabled", "false",
                "spark.sql.shuffle.partitions", "4",
                "spark.driver.bindAddress", "127.0.0.1",
                "spark.driver.host", "127.0.0.1"))
        .getOrCreate();
  }
}
