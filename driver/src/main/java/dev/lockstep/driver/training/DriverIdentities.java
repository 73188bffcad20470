package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.DriverIdentity;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.UUID;
import org.apache.spark.SparkContext;

/** What this driver is called in a run's directory. */
final class DriverIdentities {
  private DriverIdentities() {}

  static DriverIdentity of(SparkContext spark, Clock clock) {
    return new DriverIdentity(
        UUID.randomUUID().toString(),
        spark.applicationId(),
        host(),
        ProcessHandle.current().pid(),
        clock.instant().toString());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }
}
