package dev.lockstep.driver.cli;

import dev.lockstep.driver.cluster.DeployMode;
import dev.lockstep.driver.cluster.Master;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where Spark runs and with which settings. */
final class ClusterOptions {
  /** They are the submitter's: a driver on the cluster is told by Spark's own settings. */
  static final Set<String> NAMES =
      Set.of("--master", "--deploy-mode", "--conf", "--dry-run", "--principal", "--keytab");

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[*]",
      description = "Spark's master: local[N], spark://HOST:PORT or yarn (default: local[*])")
  private String url;

  @Option(
      names = "--deploy-mode",
      paramLabel = "MODE",
      defaultValue = "client",
      description = "Where the driver runs: client (here, the default) or cluster")
  private DeployMode mode;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's, over spark-defaults.conf and the job file. Repeatable")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--dry-run",
      description =
          "Print the line for spark-submit that a cluster's master needs, and run nothing")
  private boolean dryRun;

  @Mixin private KerberosOptions kerberos;

  String url() {
    return url;
  }

  Master master() {
    return Master.of(url);
  }

  DeployMode mode() {
    return mode;
  }

  /** Spark's settings that were given, in one way or another. */
  Map<String, String> settings() {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(kerberos.settings());
    return all;
  }

  boolean dryRun() {
    return dryRun;
  }

  /** Spark's settings as far as they are known without a session. */
  SparkConf conf() {
    SparkConf conf = new SparkConf();
    settings().forEach(conf::set);
    return conf;
  }
}
