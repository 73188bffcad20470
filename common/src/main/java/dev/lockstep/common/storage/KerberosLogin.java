package dev.lockstep.common.storage;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Who this JVM is towards a Hadoop that asks for Kerberos: whom a keytab says, for as long as the
 * JVM runs. Without a login it is whoever has a ticket in the user's cache ({@code kinit}).
 *
 * @param principal in full, such as {@code alice@EXAMPLE.COM}
 * @param keytab a local file with the principal's key
 */
public record KerberosLogin(String principal, String keytab) {
  /**
   * Logs in, unless this JVM has logged in from a keytab already, as a driver that spark-submit
   * started may have.
   *
   * @param settings of Hadoop, on top of the site files of the class path
   * @throws LockstepException of kind CONFIG where Hadoop is not set up for Kerberos, of kind
   *     STORAGE where the login is refused
   */
  public void logIn(Map<String, String> settings) {
    Configuration configuration = new Configuration();
    settings.forEach(configuration::set);
    UserGroupInformation.setConfiguration(configuration);
    if (!UserGroupInformation.isSecurityEnabled()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot log in as %s: Hadoop is not set up for Kerberos here (point HADOOP_CONF_DIR to the cluster's configuration)"
              .formatted(principal));
    }
    try {
      if (!UserGroupInformation.isLoginKeytabBased()) {
        UserGroupInformation.loginUserFromKeytab(principal, keytab);
      }
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot log in as %s with keytab %s: %s"
              .formatted(principal, keytab, Refusal.reason(rootOf(e))),
          e);
    }
  }

  /** Hadoop's own message only says again who could not log in, over several lines. */
  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
