package dev.lockstep.driver.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.KerberosLogin;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.HadoopDaemons;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Storage on an HDFS that asks for Kerberos. */
@Timeout(60)
class SecureStorageIT {
  @TempDir static Path work;

  private static SecureHdfs secure;

  @BeforeAll
  static void startHdfs() throws Exception {
    HadoopDaemons.assume();
    secure = SecureHdfs.start(work);
    beNobody();
  }

  @AfterAll
  static void stopHdfs() {
    if (secure != null) {
      secure.close();
    }
  }

  @AfterEach
  void logOut() throws Exception {
    FileSystem.closeAll();
    beNobody();
  }

  @Test
  void readsAndWritesForWhomAKeytabSays() {
    Storage storage = loggedIn();
    String path = secure.home() + "/runs/a/run.json";

    assertThat(storage.createExclusively(path, "{}")).isTrue();

    assertThat(storage.readText(path)).isEqualTo("{}");
  }

  @Test
  void refusesWhatTheUserMayNot() {
    Storage storage = loggedIn();

    LockstepException failure =
        failureOf(() -> storage.writeAtomically(secure.hdfs().uri() + "/a", "a"));

    assertThat(failure)
        .hasMessage("Cannot write %s/a: permission denied".formatted(secure.hdfs().uri()));
  }

  @Test
  void saysThatThereIsNoTicket() {
    Storage storage = new Storage(secure.hdfs().settings());

    LockstepException failure = failureOf(() -> storage.exists(secure.home()));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure)
        .hasMessage(
            "Cannot look up %s: no Kerberos ticket (get one with kinit, or give --principal and --keytab)"
                .formatted(secure.home()));
  }

  @Test
  void saysThatHadoopIsNotSetUpForKerberos() {
    Map<String, String> open = new HashMap<>(secure.hdfs().settings());
    open.put("hadoop.security.authentication", "simple");
    UserGroupInformation.setConfiguration(configuration(open));
    Storage storage = new Storage(open);

    LockstepException failure = failureOf(() -> storage.exists(secure.home()));

    assertThat(failure)
        .hasMessageStartingWith(
            "Cannot look up %s: it asks for Kerberos, for which Hadoop is not set up here"
                .formatted(secure.home()));
    assertThat(failureOf(() -> alice(secure.keytab()).logIn(open)))
        .hasMessageStartingWith(
            "Cannot log in as alice@EXAMPLE.COM: Hadoop is not set up for Kerberos here");
  }

  @Test
  void saysThatAKeytabIsMissing() {
    Path missing = work.resolve("missing.keytab");

    LockstepException failure = failureOf(() -> alice(missing).logIn(secure.hdfs().settings()));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure)
        .hasMessageStartingWith(
            "Cannot log in as alice@EXAMPLE.COM with keytab %s: ".formatted(missing));
    assertThat(failure.getMessage().lines()).hasSize(1);
  }

  @Test
  void saysThatAKeytabHasNoKeyOfThePrincipal() throws Exception {
    Path empty = Files.copy(secure.keytab(), work.resolve("bob.keytab"));

    LockstepException failure =
        failureOf(
            () ->
                new KerberosLogin("bob@EXAMPLE.COM", empty.toString())
                    .logIn(secure.hdfs().settings()));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure)
        .hasMessageStartingWith(
            "Cannot log in as bob@EXAMPLE.COM with keytab %s: ".formatted(empty));
    assertThat(failure.getMessage().lines()).hasSize(1);
  }

  private static Storage loggedIn() {
    alice(secure.keytab()).logIn(secure.hdfs().settings());
    return new Storage(secure.hdfs().settings());
  }

  private static KerberosLogin alice(Path keytab) {
    return new KerberosLogin(SecureHdfs.ALICE, keytab.toString());
  }

  /** As a JVM is that nobody has logged in, without a cache of tickets. */
  private static void beNobody() {
    UserGroupInformation.reset();
    UserGroupInformation.setConfiguration(secure.hdfs().configuration());
  }

  private static org.apache.hadoop.conf.Configuration configuration(Map<String, String> settings) {
    org.apache.hadoop.conf.Configuration configuration = new org.apache.hadoop.conf.Configuration();
    settings.forEach(configuration::set);
    return configuration;
  }

  private static LockstepException failureOf(Runnable action) {
    return catchThrowableOfType(LockstepException.class, action::run);
  }
}
