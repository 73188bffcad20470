package dev.lockstep.driver.cli;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkUserAppException;

/** How the process hands its exit code to whoever started it. */
final class ProcessEnd {
  private ProcessEnd() {}

  /**
   * Ends the process. A JVM that has run a barrier stage in local mode has a timer thread that
   * keeps it alive, so it has to exit; a driver that the cluster runs must not exit, since YARN
   * takes that for a failure whatever the code is, and says how it went by returning or throwing.
   *
   * @throws SparkUserAppException with the code, in cluster deploy mode and not 0
   */
  static void with(int exitCode) throws SparkUserAppException {
    if (!new SparkConf().get("spark.submit.deployMode", "client").equals("cluster")) {
      System.exit(exitCode);
    }
    if (exitCode != 0) {
      throw new SparkUserAppException(exitCode);
    }
  }
}
