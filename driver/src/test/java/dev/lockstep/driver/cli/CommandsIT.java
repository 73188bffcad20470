package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.evaluation.EvaluationResult;
import dev.lockstep.driver.predict.PredictionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as its users start it, on the digits that come with the project. */
@Timeout(300)
class CommandsIT {
  private static final Duration DEADLINE = Duration.ofMinutes(4);
  private static final String DIGITS = LockstepProcess.ROOT.resolve("conf/digits.csv").toString();

  @TempDir static Path work;
  @TempDir static Path streams;

  private static LockstepProcess trained;

  @BeforeAll
  static void trainOneRun() throws Exception {
    trained = train("runs/digits", "--set", "training.epochs=2", "--json");
    assertThat(trained.exitCode(DEADLINE)).as(() -> trained.err().toString()).isZero();
  }

  @Test
  void trainingPrintsItsReportAsOneDocument() {
    RunReport report = Json.read(trained.out(), RunReport.class, "standard output");

    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.epochs()).hasSize(2);
    assertThat(report.worldSize()).isEqualTo(2);
    assertThat(work.resolve("runs/digits/model/model.zip")).exists();
    assertThat(work.resolve("runs/digits/report.json")).hasContent(trained.out());
  }

  @Test
  void trainingLeavesTheWorkingDirectoryCleanButForTheRun() throws IOException {
    try (var files = Files.list(work)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("runs");
    }
  }

  @Test
  void aCompleteRunIsReportedAndNotTrainedAgain() throws Exception {
    LockstepProcess again = train("runs/digits", "--set", "training.epochs=2", "--json");

    assertThat(again.exitCode(DEADLINE)).isZero();
    assertThat(again.out()).isEqualTo(trained.out());
    assertThat(again.err()).anyMatch(line -> line.contains("complete already"));
  }

  @Test
  void evaluationPrintsItsResultAsOneDocument() throws Exception {
    LockstepProcess evaluate = lockstep("evaluate", "--run", "runs/digits", "--json");

    assertThat(evaluate.exitCode(DEADLINE)).isZero();
    EvaluationResult result = Json.read(evaluate.out(), EvaluationResult.class, "standard output");
    RunReport report = Json.read(trained.out(), RunReport.class, "standard output");
    assertThat(result.metrics().accuracy()).isEqualTo(report.test().orElseThrow().accuracy());
  }

  @Test
  void predictionKeepsEveryRow() throws Exception {
    LockstepProcess predict =
        lockstep(
            "predict", "--run", "runs/digits", "--input", DIGITS, "--output", "runs/out", "--json");

    assertThat(predict.exitCode(DEADLINE)).isZero();
    PredictionResult result = Json.read(predict.out(), PredictionResult.class, "standard output");
    assertThat(result.rows()).isEqualTo(1797);
    assertThat(result.notPredicted()).isZero();
  }

  @Test
  void aRunThatDoesNotExistIsRefused() throws Exception {
    LockstepProcess evaluate = lockstep("evaluate", "--run", "runs/none");

    assertThat(evaluate.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(evaluate.out()).isEmpty();
    assertThat(evaluate.lastErrLine())
        .isEqualTo(
            "Cannot use run runs/none: there is no runs/none/run.json (name the folder of a run)");
  }

  @Test
  void aMalformedMasterIsRefused() throws Exception {
    LockstepProcess evaluate = lockstep("evaluate", "--run", "runs/digits", "--master", "lokal");

    assertThat(evaluate.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(evaluate.lastErrLine())
        .isEqualTo(
            "Cannot use master 'lokal': Could not parse Master URL: 'lokal'"
                + " (local[N], local[*], spark://HOST:PORT or yarn)");
  }

  @Test
  void aClusterWithoutSparkIsRefusedBeforeAnythingElse() throws Exception {
    LockstepProcess train = lockstep("train", "--job", "none.yaml", "--master", "spark://host:1");

    assertThat(train.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(train.err())
        .containsExactly(
            "Cannot use master 'spark://host:1' without Spark: point SPARK_HOME to a Spark 3.5"
                + " distribution");
  }

  @ParameterizedTest
  @CsvSource({"--dry-run, --json", "--deploy-mode, cluster"})
  void optionsForAClusterAreRefusedInLocalMode(String option, String next) throws Exception {
    LockstepProcess evaluate = lockstep("evaluate", "--run", "runs/digits", option, next);

    assertThat(evaluate.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(evaluate.lastErrLine())
        .startsWith("Cannot use '" + option)
        .endsWith(
            "with master 'local[*]': it is for a cluster (--master spark://HOST:PORT or yarn)");
  }

  @Test
  void aSecondSignalEndsTrainingAtOnceAndSaysSo() throws Exception {
    LockstepProcess train = train("runs/ended", "--set", "training.epochs=100000");
    await()
        .atMost(DEADLINE)
        .until(() -> train.err().stream().anyMatch(line -> line.contains(" 1/100000")));

    train.process().destroy();
    await()
        .pollInterval(Duration.ofMillis(5)) // the last checkpoint and the end of Spark take longer
        .until(() -> train.err().contains("Stopping, a second signal ends the program at once"));
    train.process().destroy();

    assertThat(train.exitCode(Duration.ofSeconds(10))).isEqualTo(130);
    assertThat(train.err())
        .contains(
            "Ended at once by a second signal: what was not written by then is lost (look at the run"
                + " before you repeat the command)");
  }

  @Test
  void aSignalEndsTrainingCleanly() throws Exception {
    LockstepProcess train = train("runs/stopped", "--set", "training.epochs=100000");
    await()
        .atMost(DEADLINE)
        .until(() -> train.err().stream().anyMatch(line -> line.contains(" 1/100000")));

    train.process().destroy();

    assertThat(train.exitCode(Duration.ofMinutes(1))).isEqualTo(130);
    assertThat(train.out()).isEmpty();
    assertThat(train.err()).contains("Stopping, a second signal ends the program at once");
    assertThat(train.lastErrLine()).startsWith("Stopped by a signal");
    String report = Files.readString(work.resolve("runs/stopped/report.json"));
    RunReport stopped = Json.read(report, RunReport.class, "the report");
    assertThat(stopped.status()).isEqualTo(RunStatus.FAILED);
    assertThat(stopped.failure().orElseThrow().exitCode()).isEqualTo(130);
  }

  @Test
  void aSignalEndsPreparationThoughItMayComeBetweenTwoSparkJobs() throws Exception {
    LockstepProcess prepare =
        lockstep(
            "prepare",
            "--job",
            LockstepProcess.ROOT.resolve("conf/digits.yaml").toString(),
            "--run",
            "runs/unprepared",
            "--master",
            "local[2]",
            "--set",
            "data.train=" + DIGITS);
    await()
        .atMost(DEADLINE)
        .until(() -> prepare.err().stream().anyMatch(line -> line.startsWith("Preparing data in")));

    prepare.process().destroy();

    assertThat(prepare.exitCode(Duration.ofMinutes(1))).isEqualTo(130);
    assertThat(prepare.out()).isEmpty();
    assertThat(prepare.lastErrLine())
        .isEqualTo("Interrupted 'prepare' before its end: run it again to have its result");
    assertThat(work.resolve("runs/unprepared/data/manifest.json")).doesNotExist();
  }

  private static LockstepProcess train(String run, String... more) throws IOException {
    Path job = LockstepProcess.ROOT.resolve("conf/digits.yaml");
    String[] line = {
      "train",
      "--job",
      job.toString(),
      "--run",
      run,
      "--master",
      "local[2]",
      "--set",
      "data.train=" + DIGITS,
      "--set",
      "cluster.workers=2"
    };
    String[] all = new String[line.length + more.length];
    System.arraycopy(line, 0, all, 0, line.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    return lockstep(all);
  }

  private static LockstepProcess lockstep(String... arguments) throws IOException {
    return LockstepProcess.start(
        LockstepProcess.ROOT.resolve("scripts/lockstep"),
        work,
        streams,
        Map.of("TMPDIR", streams.toString()),
        arguments);
  }
}
