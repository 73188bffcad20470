package dev.lockstep.driver.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.cluster.HadoopDaemons;
import dev.lockstep.driver.cluster.StandaloneCluster;
import dev.lockstep.driver.cluster.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.fs.FileSystem;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on an HDFS with two NameNodes, the active one of which is killed. */
@Tag("slow")
@Timeout(360)
class FailoverIT {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** Some calls that fail, each less long than HDFS's client would ask NameNodes in turn. */
  private static final Duration GIVING_UP = Duration.ofMinutes(3);

  private static final int EPOCHS = 30;

  private static final String[] IMPATIENT = {
    "--set", "checkpoint.retry-budget=3 s", "--set", "checkpoint.tolerate-failures=0"
  };

  @TempDir static Path work;

  private static HdfsPair hdfs;
  private static HdfsRuns runs;
  private static String undisturbed;

  private RunDirectory run;

  @BeforeAll
  static void startHdfs() throws Exception {
    HadoopDaemons.assume();
    TestCluster.assumeSpark();
    LockstepProcess train = HdfsRuns.onDisk(work);
    hdfs = HdfsPair.start(work.resolve("hdfs"));
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
  void heal() throws Exception {
    FileSystem.closeAll();
    hdfs.heal();
  }

  /** The driver alone has site files; its workers are told where the NameNodes are. */
  @Test
  void aRunOnAClusterOutlivesTheFailoverOfItsNameNodeInOneAttempt() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(work.resolve("cluster"), 2, 1)) {
      LockstepProcess train =
          runs.startOn(cluster, run, "--set", "data.prepared=" + run.root() + "/data");
      awaitEpochs(train, 3);

      hdfs.killActive();
      hdfs.takeOver();
      assertThat(HdfsRuns.epochs(train)).as("epochs before the failover").isLessThan(EPOCHS);

      assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    }
    RunReport report = runs.report(run).orElseThrow();
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256()).contains(undisturbed);
    assertThat(report.attempts()).isEqualTo(1);
  }

  @Test
  void aRunWithoutAnActiveNameNodeFailsOnceItsPatienceEndsAndGoesOnWhenThereIsOne()
      throws Exception {
    LockstepProcess train = runs.start(run, IMPATIENT);
    awaitEpochs(train, 3);

    hdfs.killActive();

    assertThat(train.exitCode(GIVING_UP)).as(() -> train.err().toString()).isEqualTo(4);
    assertThat(train.lastErrLine())
        .startsWith("Failed to take 1 checkpoint in a row ('checkpoint.tolerate-failures' is 0): ")
        .contains(run.root());
    assertThat(train.err())
        .anyMatch(line -> line.matches("waiting for the checkpoint after .* to be stored, \\d+ s"));
    hdfs.takeOver();
    LockstepProcess again = runs.start(run, IMPATIENT);
    assertThat(again.exitCode(DEADLINE)).as(() -> again.err().toString()).isZero();
    assertThat(runs.report(run).orElseThrow().parametersSha256()).contains(undisturbed);
  }

  private static void awaitEpochs(LockstepProcess train, long epochs) {
    Awaitility.await()
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            () -> {
              if (!train.process().isAlive()) {
                throw new AssertionError("the run has ended: " + train.err());
              }
            })
        .until(() -> HdfsRuns.epochs(train) >= epochs);
  }
}
