package dev.lockstep.driver.resources;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.HdfsClientSettings;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Starts Spark the way Lockstep needs it. Whatever spark-submit or a system property has set before
 * wins over the values given here.
 */
public final class SparkSessions {
  /** How Spark says that it cannot make sense of a master URL. */
  private static final Pattern BAD_MASTER =
      Pattern.compile("Could not parse Master URL|Asked to run locally|Invalid master URL");

  /** Times, one a second, that Spark looks for the slots of a barrier stage before it gives up. */
  private static final String SLOT_CHECKS =
      "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures";

  private SparkSessions() {}

  /**
   * Starts Spark, or takes the session that runs in this JVM.
   *
   * @param master Spark's master URL, used where spark-submit has set none
   * @param job name of the job, part of the application's name
   * @throws LockstepException of kind {@link FailureKind#CONFIG} for a malformed master URL, of
   *     kind {@link FailureKind#STORAGE} where it has no folder of its own to write to, of kind
   *     {@link FailureKind#CLUSTER} where Spark does not start
   */
  public static SparkSession open(String master, String job) {
    return open(new SparkConf(), master, job);
  }

  /**
   * Starts Spark with settings of a person's.
   *
   * @see #open(String, String)
   */
  public static SparkSession open(SparkConf settings, String master, String job) {
    SparkConf conf = configuration(settings, master, job);
    LocalFolders.require(conf);
    try {
      return SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) { // Scala declares no checked exceptions: SparkException is one
      throw failure(conf.get("spark.master"), e);
    }
  }

  /** The master that {@link #open} would use: spark-submit's, or else the one given. */
  public static String master(SparkConf settings, String given) {
    return settings.get("spark.master", given);
  }

  /** The settings that {@link #open} starts Spark with. */
  static SparkConf configuration(SparkConf settings, String master, String job) {
    SparkConf conf =
        settings
            .clone()
            .setIfMissing("spark.master", master)
            .setIfMissing("spark.app.name", "lockstep-" + job)
            .setIfMissing("spark.ui.showConsoleProgress", "false")
            .setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
            .setIfMissing("spark.barrier.sync.timeout", "120s")
            .setIfMissing("spark.sql.warehouse.dir", TemporaryFolder.path("warehouse").toString());
    HdfsClientSettings.besideSiteFiles()
        .forEach((key, value) -> conf.setIfMissing("spark.hadoop." + key, value));
    return conf.get("spark.master").startsWith("local") ? local(conf) : cluster(conf);
  }

  private static SparkConf local(SparkConf conf) {
    int partitions = Math.max(2, Runtime.getRuntime().availableProcessors());
    return conf.setIfMissing(SLOT_CHECKS, "3")
        .setIfMissing("spark.ui.enabled", "false")
        .setIfMissing("spark.driver.host", "127.0.0.1")
        .setIfMissing("spark.driver.bindAddress", "127.0.0.1")
        .setIfMissing("spark.sql.shuffle.partitions", Integer.toString(partitions));
  }

  /** Executors register some seconds after the driver: slots are waited for, but not for long. */
  private static SparkConf cluster(SparkConf conf) {
    return conf.setIfMissing(SLOT_CHECKS, "60");
  }

  private static LockstepException failure(String master, Exception cause) {
    String reason =
        String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
    return BAD_MASTER.matcher(reason).find()
        ? new LockstepException(
            FailureKind.CONFIG,
            "Cannot use master '%s': %s (local[N], local[*], spark://HOST:PORT or yarn)"
                .formatted(master, reason),
            cause)
        : new LockstepException(
            FailureKind.CLUSTER, "Cannot start Spark on %s: %s".formatted(master, reason), cause);
  }
}
