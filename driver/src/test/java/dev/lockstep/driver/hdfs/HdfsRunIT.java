package dev.lockstep.driver.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.cluster.HadoopDaemons;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, as processes of their own, on an HDFS whose NameNode hangs or is gone. */
@Tag("slow")
@Timeout(180)
class HdfsRunIT {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String STOPPED =
      "Stopped by a signal: the run is not finished (the same command goes on with it)";

  /** Beyond the grace: for what a driver does at its end, on a machine that is busy. */
  private static final Duration LEAVING = Duration.ofSeconds(15);

  private static final String[] LONG = {"--set", "training.epochs=15"};

  @TempDir static Path work;

  private static HdfsCluster hdfs;
  private static HdfsRuns runs;
  private static String undisturbed;

  private RunDirectory run;

  @BeforeAll
  static void startHdfs() throws Exception {
    HadoopDaemons.assume();
    LockstepProcess train = HdfsRuns.onDisk(work, LONG);
    hdfs = HdfsCluster.start(work.resolve("hdfs"), 1);
    runs = new HdfsRuns(work, hdfs.conf(), hdfs.settings());
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    undisturbed = new JsonMapper().readTree(train.out()).get("parametersSha256").asText();
  }

  @AfterAll
  static void stopHdfs() {
    if (hdfs != null) {
      hdfs.close();
    }
  }

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(hdfs.folder());
  }

  @AfterEach
  void heal() throws IOException {
    FileSystem.closeAll();
    hdfs.heal();
  }

  @Test
  void aRunOutlivesANameNodeThatHangsAndThenIsRestartedInOneAttempt() throws Exception {
    LockstepProcess train =
        start("--conf", "spark.hadoop.ipc.client.rpc-timeout.ms=3000"); // several in a pause
    awaitEpochs(train, 2);

    hdfs.nameNode().pause();
    try {
      awaitEpochs(train, HdfsRuns.epochs(train) + 3);
      assertGoesOnFor(train, Duration.ofSeconds(8));
    } finally {
      hdfs.nameNode().resume();
    }
    hdfs.nameNode().kill();
    assertGoesOnFor(train, Duration.ofSeconds(2));
    hdfs.heal();

    assertEndsUndisturbed(train);
    assertThat(runs.report(run).orElseThrow().attempts()).isEqualTo(1);
  }

  @Test
  void aRunWhoseNameNodeStaysAwayFailsWithTheStorageAndGoesOnOnceItIsBack() throws Exception {
    String[] impatient = {
      "--set", "checkpoint.retry-budget=3 s", "--set", "checkpoint.tolerate-failures=0"
    };
    LockstepProcess train = start(impatient);
    awaitEpochs(train, 2);

    hdfs.nameNode().kill();

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isEqualTo(4);
    assertThat(train.lastErrLine())
        .startsWith("Failed to take 1 checkpoint in a row ('checkpoint.tolerate-failures' is 0): ")
        .contains(run.root());
    hdfs.heal();
    assertEndsUndisturbed(start(impatient));
  }

  @Test
  void aSignalEndsARunWithinItsGraceWhileTheNameNodeIsGone() throws Exception {
    LockstepProcess train = start("--set", "cluster.grace=5 s");
    awaitEpochs(train, 2);
    hdfs.nameNode().kill();

    train.process().destroy();

    assertThat(train.exitCode(LEAVING.plusSeconds(5)))
        .as(() -> train.err().toString())
        .isEqualTo(130);
    assertThat(train.lastErrLine()).isEqualTo(STOPPED);
  }

  @Test
  void aSignalEndsACommandThatWaitsForTheNameNode() throws Exception {
    hdfs.nameNode().kill();
    LockstepProcess train = start();
    until(train).until(() -> train.err().stream().anyMatch(line -> line.contains("tried again")));

    train.process().destroy();

    assertThat(train.exitCode(LEAVING)).as(() -> train.err().toString()).isEqualTo(130);
  }

  private LockstepProcess start(String... more) throws IOException {
    String[] words = new String[LONG.length + more.length];
    System.arraycopy(LONG, 0, words, 0, LONG.length);
    System.arraycopy(more, 0, words, LONG.length, more.length);
    return runs.start(run, words);
  }

  private static void awaitEpochs(LockstepProcess train, long epochs) {
    until(train).until(() -> HdfsRuns.epochs(train) >= epochs);
  }

  private static ConditionFactory until(LockstepProcess train) {
    return Awaitility.await()
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            () -> {
              if (!train.process().isAlive()) {
                throw new AssertionError("the run has ended: " + train.err());
              }
            });
  }

  private static void assertGoesOnFor(LockstepProcess train, Duration time)
      throws InterruptedException {
    assertThat(train.process().waitFor(time.toMillis(), TimeUnit.MILLISECONDS))
        .as(() -> "an end: " + train.err())
        .isFalse();
  }

  private void assertEndsUndisturbed(LockstepProcess train) throws Exception {
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    RunReport report = runs.report(run).orElseThrow();
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256()).contains(undisturbed);
    assertThat(report.epochs()).hasSize(15);
  }
}
