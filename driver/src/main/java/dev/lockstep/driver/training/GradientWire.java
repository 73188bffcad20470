package dev.lockstep.driver.training;

import dev.lockstep.worker.spark.Wire;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** How vectors travel between executors: not less protected than the cluster's own traffic. */
final class GradientWire {
  /** Settings each of which says that the cluster's traffic is encrypted. */
  private static final List<String> ENCRYPTION =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.enabled",
          "spark.ssl.rpc.enabled");

  private GradientWire() {}

  /** Encrypted with an identity made for this attempt, where the cluster's own traffic is. */
  static Wire of(SparkConf conf) {
    return isEncrypted(conf)
        ? new Wire.Encrypted(AttemptCertificate.create())
        : new Wire.Authenticated();
  }

  /**
   * What a user of a shared network has to know: the key of the attempt travels with Spark's tasks.
   */
  static Optional<String> warning(SparkConf conf) {
    boolean local = conf.get("spark.master", "local").startsWith("local");
    return local || isEncrypted(conf)
        ? Optional.empty()
        : Optional.of(
            "Gradients and the key of the attempt travel unencrypted, as all traffic of this"
                + " cluster (set spark.authenticate and spark.network.crypto.enabled where others"
                + " can listen)");
  }

  private static boolean isEncrypted(SparkConf conf) {
    return ENCRYPTION.stream().anyMatch(setting -> conf.getBoolean(setting, false));
  }
}
