package dev.lockstep.common.storage;

import java.util.Map;
import java.util.Optional;

/** Tells the failures in which a server did not even learn who is asking, and what to do. */
final class Identification {
  /** Parts of messages of Hadoop and of Java's Kerberos, and what each comes from. */
  private static final Map<String, String> REASONS =
      Map.of(
          "Client cannot authenticate via",
          "no Kerberos ticket (get one with kinit, or give --principal and --keytab)",
          "Failed to find any Kerberos tgt",
          "no Kerberos ticket (get one with kinit, or give --principal and --keytab)",
          "Ticket expired",
          "the Kerberos ticket has expired (renew it with kinit, or give --principal and --keytab)",
          "SIMPLE authentication is not enabled",
          "it asks for Kerberos, for which Hadoop is not set up here (point HADOOP_CONF_DIR to the cluster's configuration)");

  private Identification() {}

  /** The reason, where a failure is of this sort. */
  static Optional<String> problem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      Optional<String> reason =
          REASONS.entrySet().stream()
              .filter(entry -> message.contains(entry.getKey()))
              .map(Map.Entry::getValue)
              .findFirst();
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }
}
