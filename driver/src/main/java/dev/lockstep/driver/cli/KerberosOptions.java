package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.KerberosLogin;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Option;

/**
 * The options that say who the program is towards a Hadoop that asks for Kerberos, with the names
 * that spark-submit has for them.
 */
final class KerberosOptions {
  private static final String PRINCIPAL = "spark.kerberos.principal";
  private static final String KEYTAB = "spark.kerberos.keytab";

  @Option(
      names = "--principal",
      paramLabel = "NAME",
      description =
          "Log in to Kerberos as NAME, with the key in --keytab (default: kinit's ticket)")
  private Optional<String> principal = Optional.empty();

  @Option(
      names = "--keytab",
      paramLabel = "FILE",
      description = "Local file with the principal's key")
  private Optional<String> keytab = Optional.empty();

  /** What was given, as settings of Spark's. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    principal.ifPresent(name -> settings.put(PRINCIPAL, name));
    keytab.ifPresent(file -> settings.put(KEYTAB, file));
    return settings;
  }

  /**
   * The login that Spark's settings ask for, these options among them.
   *
   * @throws LockstepException of kind CONFIG where only one of the two is known
   */
  static Optional<KerberosLogin> login(SparkConf conf) {
    if (conf.contains(PRINCIPAL) != conf.contains(KEYTAB)) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot log in to Kerberos with '%s' alone: give both --principal and --keytab"
              .formatted(conf.contains(PRINCIPAL) ? "--principal" : "--keytab"));
    }
    return conf.contains(PRINCIPAL)
        ? Optional.of(new KerberosLogin(conf.get(PRINCIPAL), conf.get(KEYTAB)))
        : Optional.empty();
  }
}
