package dev.lockstep.driver.training;

import dev.lockstep.worker.spark.Wire;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** How vectors travel between executors: not less protected than the cluster's own traffic. */
final class GradientWire {
  /** Settings each of which encrypts Spark's RPC, and with it the key of the attempt. */
  private static final List<String> RPC_ENCRYPTION =
      List.of("spark.network.crypto.enabled", "spark.authenticate.enableSaslEncryption");

  /** Says that traffic is to be encrypted, although Spark itself encrypts its web pages alone. */
  private static final String SSL = "spark.ssl.enabled";

  private GradientWire() {}

  /** Encrypted with an identity made for this attempt, where the cluster's own traffic is. */
  static Wire of(SparkConf conf) {
    return isRpcEncrypted(conf) || conf.getBoolean(SSL, false)
        ? new Wire.Encrypted(AttemptCertificate.create())
        : new Wire.Authenticated();
  }

  /**
   * What a user of a shared network has to know: the key of the attempt travels with Spark's tasks.
   */
  static Optional<String> warning(SparkConf conf) {
    boolean local = conf.get("spark.master", "local").startsWith("local");
    return local || isRpcEncrypted(conf)
        ? Optional.empty()
        : Optional.of(
            "The key of the attempt travels unencrypted, as all traffic of this cluster (set"
                + " spark.authenticate and spark.network.crypto.enabled where others can listen)");
  }

  private static boolean isRpcEncrypted(SparkConf conf) {
    return RPC_ENCRYPTION.stream().anyMatch(setting -> conf.getBoolean(setting, false));
  }
}
