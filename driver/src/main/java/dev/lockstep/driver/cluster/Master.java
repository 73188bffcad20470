package dev.lockstep.driver.cluster;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.Locale;

/**
 * Spark's master, as far as settings depend on it.
 *
 * @param url as Spark is given it
 */
public record Master(String url, Kind kind) {

  /** What runs the executors. */
  public enum Kind {
    /** The program's own JVM. */
    LOCAL,
    /** Processes that the driver starts beside itself: a rehearsal. */
    LOCAL_CLUSTER,
    /** Spark's own cluster manager. */
    STANDALONE,
    /** Hadoop's cluster manager. */
    YARN
  }

  /**
   * The master of a URL.
   *
   * @throws LockstepException of kind CONFIG for a cluster manager that Lockstep does not serve
   */
  public static Master of(String url) {
    if (url.equals("yarn")) {
      return new Master(url, Kind.YARN);
    }
    if (url.startsWith("spark://")) {
      return new Master(url, Kind.STANDALONE);
    }
    if (url.startsWith("local-cluster[")) {
      return new Master(url, Kind.LOCAL_CLUSTER);
    }
    if (url.toLowerCase(Locale.ROOT).matches("(k8s|mesos)://.*")) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use master '%s': Lockstep runs on local[N], spark://HOST:PORT and yarn"
              .formatted(url));
    }
    return new Master(url, Kind.LOCAL); // Spark itself tells of a URL that means nothing
  }

  /** Whether executors are processes of their own. */
  public boolean isCluster() {
    return kind != Kind.LOCAL;
  }
}
