package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.UserSettings;
import dev.lockstep.driver.resources.HadoopSettings;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.driver.resources.StopSignal;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** What every command works with. */
record CommandContext(Console console, StopSignal stop, Clock clock, Launcher launcher) {
  /** The file systems, as far as they are known without Spark. */
  Storage storage() {
    return new Storage(HadoopSettings.in(new SparkConf()));
  }

  /** The file systems, as far as they are known without Spark but with a person's settings. */
  Storage storage(ClusterOptions cluster) {
    SparkConf conf = cluster.conf();
    if (cluster.master().isCluster() && launcher.jobJar().isPresent()) {
      UserSettings.of(launcher.environment(), cluster.settings()).all().forEach(conf::set);
    }
    return storage(conf);
  }

  /** The file systems for a command that does without Spark. */
  Storage storage(KerberosOptions kerberos) {
    SparkConf conf = new SparkConf();
    kerberos.settings().forEach(conf::set);
    return storage(conf);
  }

  private static Storage storage(SparkConf conf) {
    Map<String, String> settings = HadoopSettings.in(conf);
    KerberosOptions.login(conf).ifPresent(login -> login.logIn(settings));
    return new Storage(settings);
  }

  /** The way to a cluster; empty where this JVM runs the command itself. */
  Optional<Submission> submission(ClusterOptions cluster) {
    return Submission.of(console, stop, launcher, storage(cluster), cluster);
  }

  /**
   * Starts Spark for a piece of work and stops it afterwards.
   *
   * @param job name of the job that the work is for
   */
  <T> T onSpark(ClusterOptions cluster, String job, Function<SparkSession, T> work) {
    SparkConf conf = cluster.conf();
    console.message("Starting Spark on " + SparkSessions.master(conf, cluster.url()));
    try (SparkSession spark = SparkSessions.open(conf, cluster.url(), job)) {
      if (stop.requested()) {
        throw new LockstepException(FailureKind.INTERRUPTED, "Interrupted while Spark started");
      }
      return done(spark, work);
    }
  }

  /** Spark passes the exit code on to YARN, which would call the application a success. */
  private static <T> T done(SparkSession spark, Function<SparkSession, T> work) {
    try {
      return work.apply(spark);
    } catch (RuntimeException | Error e) {
      spark.sparkContext().stop(LockstepException.in(e).kind().exitCode());
      throw e;
    }
  }

  /**
   * Starts Spark for work that has no end of its own to come to: a stop cancels its Spark jobs, the
   * running ones and those that it starts later. Work that has none left comes to its full end.
   */
  <T> T onCancellableSpark(ClusterOptions cluster, String job, Function<SparkSession, T> work) {
    return onSpark(
        cluster,
        job,
        spark -> {
          stop.onRequest(() -> cancelJobs(spark.sparkContext()));
          return work.apply(spark);
        });
  }

  private static void cancelJobs(SparkContext context) {
    if (!context.isStopped()) {
      context.cancelAllJobs();
    }
  }
}
