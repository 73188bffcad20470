package dev.lockstep.driver.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.KerberosLogin;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.cluster.HadoopDaemons;
import dev.lockstep.driver.cluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole program on an HDFS that asks for Kerberos. */
@Tag("slow")
@Timeout(300)
class SecureHdfsIT {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Path ROOT = LockstepProcess.ROOT;
  private static final int EPOCHS = 12;

  /** How the program is started. */
  enum Start {
    PLAIN_JAVA,
    SPARK_SUBMIT
  }

  @TempDir static Path work;

  private static SecureHdfs secure;
  private static Optional<String> undisturbed;

  @BeforeAll
  static void startHdfs() throws Exception {
    HadoopDaemons.assume();
    secure = SecureHdfs.start(work);
    UserGroupInformation.reset();
    new KerberosLogin(SecureHdfs.ALICE, secure.keytab().toString()).logIn(secure.hdfs().settings());
    undisturbed = undisturbed();
  }

  @AfterAll
  static void stopHdfs() {
    if (secure != null) {
      secure.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKilledTrainingIsResumedWithAKeytabAndEndsWithTheSameWeights(Start start) throws Exception {
    String run = secure.home() + "/runs/" + start;
    List<String> keytab =
        List.of("--principal", SecureHdfs.ALICE, "--keytab", secure.keytab().toString());
    List<String> train = job("train", run, EPOCHS, keytab);
    assertEnds(0, command(start, job("prepare", run, EPOCHS, keytab)));

    LockstepProcess killed = command(start, train);
    await().atMost(DEADLINE).until(() -> !killed.process().isAlive() || hasCheckpoint(run));
    killed.process().destroyForcibly().waitFor();
    LockstepProcess resumed = assertEnds(0, command(start, train));

    RunReport report = Json.read(resumed.out(), RunReport.class, "standard output");
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(resumed.err()).anyMatch(line -> line.startsWith("Going on after "));
    assertThat(report.parametersSha256()).isEqualTo(undisturbed);
    LockstepProcess evaluated =
        assertEnds(0, command(start, with(List.of("evaluate", "--run", run), keytab)));
    assertThat(evaluated.out()).contains("accuracy");
    LockstepProcess checkpoints =
        assertEnds(0, command(start, with(List.of("checkpoints", run), keytab)));
    assertThat(checkpoints.out()).contains("r%08d-00000000".formatted(EPOCHS + 1));
  }

  @ParameterizedTest
  @EnumSource
  void withoutATicketEveryCommandSaysWhatIsMissing(Start start) throws Exception {
    String run = secure.home() + "/runs/none";
    for (List<String> words :
        List.of(job("train", run, 1, List.of()), List.of("evaluate", "--run", run))) {
      LockstepProcess refused = assertEnds(4, command(start, words));

      assertThat(refused.lastErrLine())
          .startsWith("Cannot ")
          .contains(secure.hdfs().uri())
          .endsWith("no Kerberos ticket (get one with kinit, or give --principal and --keytab)");
    }
  }

  @Test
  void theLineForAClusterTellsSparkOfTheLogin() throws Exception {
    List<String> words =
        List.of("--dry-run", "--principal", SecureHdfs.ALICE, "--keytab", "" + secure.keytab());

    LockstepProcess shown =
        assertEnds(
            0,
            command(
                Start.SPARK_SUBMIT,
                with(
                    List.of(
                        "train",
                        "--job",
                        ROOT.resolve("conf/digits.yaml").toString(),
                        "--run",
                        secure.home() + "/runs/none",
                        "--master",
                        "yarn"),
                    words)));

    assertThat(shown.out())
        .contains("spark.kerberos.principal=" + SecureHdfs.ALICE)
        .contains("spark.kerberos.keytab=" + secure.keytab())
        .doesNotContain("--principal");
  }

  @Test
  void aKeytabThatIsMissingIsNamed() throws Exception {
    Path missing = work.resolve("missing.keytab");

    LockstepProcess refused =
        assertEnds(
            4,
            command(
                Start.PLAIN_JAVA,
                List.of(
                    "checkpoints",
                    secure.home(),
                    "--principal",
                    SecureHdfs.ALICE,
                    "--keytab",
                    missing.toString())));

    assertThat(refused.lastErrLine())
        .startsWith("Cannot log in as alice@EXAMPLE.COM with keytab %s: ".formatted(missing));
  }

  @Test
  void aPrincipalWithoutAKeytabIsRefused() throws Exception {
    LockstepProcess refused =
        assertEnds(
            2,
            command(
                Start.PLAIN_JAVA,
                List.of("checkpoints", secure.home(), "--principal", SecureHdfs.ALICE)));

    assertThat(refused.lastErrLine())
        .isEqualTo(
            "Cannot log in to Kerberos with '--principal' alone: give both --principal and --keytab");
  }

  /** The weights of a training on local files that nothing disturbs. */
  private static Optional<String> undisturbed() throws Exception {
    String run = work.resolve("undisturbed").toUri().toString();
    LockstepProcess train =
        assertEnds(0, command(Start.PLAIN_JAVA, job("train", run, EPOCHS, List.of())));
    return Json.read(train.out(), RunReport.class, "standard output").parametersSha256();
  }

  private static List<String> job(String command, String run, int epochs, List<String> more) {
    List<String> words =
        List.of(
            command,
            "--job",
            ROOT.resolve("conf/digits.yaml").toString(),
            "--set",
            "data.train=" + ROOT.resolve("conf/digits.csv").toUri(),
            "--set",
            "training.epochs=" + epochs,
            "--run",
            run,
            "--master",
            "local[2]",
            "--json");
    return with(words, more);
  }

  private static List<String> with(List<String> words, List<String> more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(more);
    return all;
  }

  private static LockstepProcess command(Start start, List<String> words) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("HADOOP_CONF_DIR", secure.hdfs().conf().toString());
    environment.put("KRB5CCNAME", work.resolve("no-tickets").toString());
    environment.put("LOCKSTEP_JAVA_OPTS", String.join(" ", secure.options()));
    if (start == Start.SPARK_SUBMIT) {
      TestCluster.assumeSpark();
      environment.put("SPARK_HOME", TestCluster.SPARK_HOME.toString());
    }
    return LockstepProcess.start(
        ROOT.resolve("scripts/lockstep"),
        Files.createDirectories(work.resolve("here")),
        Files.createDirectories(work.resolve("streams")),
        environment,
        words.toArray(String[]::new));
  }

  private static LockstepProcess assertEnds(int code, LockstepProcess process) throws Exception {
    assertThat(process.exitCode(DEADLINE)).as(() -> process.err().toString()).isEqualTo(code);
    return process;
  }

  private static Storage storage() {
    return new Storage(secure.hdfs().settings());
  }

  private static boolean hasCheckpoint(String run) {
    return !new CheckpointCatalog(storage(), new RunDirectory(run)).list(event -> {}).isEmpty();
  }
}
