package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.evaluation.EvaluationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a person sees who trains on a cluster, whatever cluster it is. */
@Timeout(600)
abstract class ClusterContract {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  @TempDir static Path work;
  private static DigitsRuns runs;

  /** The cluster that all tests of a class share. */
  abstract TestCluster cluster();

  /** What the cluster calls a driver on it that came to a good end. */
  abstract String success();

  @ParameterizedTest
  @EnumSource
  void trainsToTheSameWeightsAsOnThreads(DeployMode mode) throws Exception {
    LockstepProcess train = train(mode, "good-" + mode, "--set", "training.epochs=2", "--json");

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    RunReport report = Json.read(train.out(), RunReport.class, "standard output");
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256())
        .isEqualTo(runs.report("threads").orElseThrow().parametersSha256());
    assertThat(ended(mode)).isEqualTo(success());
  }

  @ParameterizedTest
  @EnumSource
  void measuresARunByTheFiguresThatItsTrainingReported(DeployMode mode) throws Exception {
    LockstepProcess evaluate = runs.evaluateOn(cluster(), mode, "threads");

    assertThat(evaluate.exitCode(DEADLINE)).as(() -> evaluate.err().toString()).isZero();
    if (mode == DeployMode.CLIENT) { // else the driver prints where it runs
      assertThat(Json.read(evaluate.out(), EvaluationResult.class, "standard output").metrics())
          .isEqualTo(runs.report("threads").orElseThrow().test().orElseThrow());
    }
    assertThat(ended(mode)).isEqualTo(success());
  }

  @ParameterizedTest
  @EnumSource
  void refusesABadJobFileBeforeAnythingIsSubmitted(DeployMode mode) throws Exception {
    String before = cluster().lastDriver();

    LockstepProcess train = train(mode, "bad-" + mode, "--set", "training.epoch=2");

    assertThat(train.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(train.out()).isEmpty();
    assertThat(train.lastErrLine())
        .startsWith("Cannot use job file ")
        .endsWith(": 'training.epoch' is not a known key (did you mean 'training.epochs'?)");
    assertThat(train.err()).noneMatch(line -> line.startsWith("Submitted"));
    assertThat(cluster().lastDriver()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnToTheEndWhereAnExecutorIsKilled(DeployMode mode) throws Exception {
    String run = "killed-" + mode;
    String[] size = {"--set", "training.epochs=40"};
    LockstepProcess train = train(mode, run, size);
    await().atMost(DEADLINE).until(() -> !train.process().isAlive() || runs.epochs(run) > 0);
    assertThat(cluster().executors()).as(() -> train.err().toString()).hasSize(2);

    cluster().executors().get(1).destroyForcibly();

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    assertThat(runs.report(run).orElseThrow().attempts()).isEqualTo(2);
    assertThat(ended(mode)).isEqualTo(success());
  }

  @ParameterizedTest
  @EnumSource
  void tellsOfDataThatTheDriverCannotFind(DeployMode mode) throws Exception {
    String absent = work.resolve("absent.csv").toString();

    LockstepProcess train =
        train(
            mode, "absent-" + mode, "--set", "data.prepared=null", "--set", "data.train=" + absent);

    assertThat(train.exitCode(DEADLINE)).isEqualTo(3);
    assertThat(train.lastErrLine())
        .isEqualTo("Cannot read %s: no such file, or a folder without files".formatted(absent));
    if (mode == DeployMode.CLUSTER) {
      assertThat(ended(mode)).isEqualTo("FAILED");
    }
  }

  private String ended(DeployMode mode) throws Exception {
    return mode == DeployMode.CLUSTER ? cluster().lastDriver() : cluster().lastApplication();
  }

  /** Prepares the data that all runs share, and gives the weights to compare with. */
  @BeforeAll
  static void trainOnThreads() throws Exception {
    TestCluster.assumeSpark();
    runs = new DigitsRuns(work);
    LockstepProcess train =
        runs.onThreads(
            "threads",
            "--set",
            "training.epochs=2",
            "--set",
            "cluster={workers: 1, memory-per-worker: 1g}");
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
  }

  private LockstepProcess train(DeployMode mode, String run, String... more) throws IOException {
    return runs.on(cluster(), mode, run, more);
  }
}
