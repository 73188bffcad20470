package dev.lockstep.driver.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.driver.cli.LockstepProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A cluster of processes on this host, started by a test. */
public interface TestCluster extends AutoCloseable {
  /** Where scripts/verify puts a Spark distribution. */
  Path SPARK_HOME = LockstepProcess.ROOT.resolve("driver/target/spark/pyspark");

  /** Skips the test where there is no Spark to start processes of. */
  static void assumeSpark() {
    assumeTrue(
        Files.isExecutable(SPARK_HOME.resolve("bin/spark-submit")),
        "no Spark distribution in driver/target/spark: scripts/verify installs one");
  }

  /** Value of --master. */
  String master();

  /** What a command that uses the cluster finds in its environment. */
  Map<String, String> environment();

  /** Options that a command is to be given for this cluster. */
  List<String> options();

  /** All processes of the cluster's daemons' own making. */
  Stream<ProcessHandle> processes();

  /** What the cluster itself calls the end of the last driver that ran on it. */
  String lastDriver() throws Exception;

  /** What the cluster itself calls the end of the last application. */
  String lastApplication() throws Exception;

  /** The executors that live. */
  default List<ProcessHandle> executors() {
    return processes()
        .filter(
            process ->
                process.info().arguments().stream()
                    .flatMap(Stream::of)
                    .anyMatch(word -> word.endsWith("ExecutorBackend")))
        .toList();
  }

  @Override
  void close();
}
