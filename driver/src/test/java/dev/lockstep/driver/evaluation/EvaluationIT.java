package dev.lockstep.driver.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.TestRuns;
import dev.lockstep.driver.predict.TestRuns.TestRun;
import dev.lockstep.driver.prepare.RowColumns;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.driver.training.Training;
import dev.lockstep.driver.training.Training.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(180)
final class EvaluationIT {
  @TempDir private static Path shared;
  private static SparkSession spark;
  private static TestRun run;

  @TempDir private Path folder;

  private final Storage storage = new Storage(Map.of());
  private final TestRuns runs = new TestRuns(spark, storage);

  @BeforeAll
  static void trainOnDice() throws IOException {
    spark = SparkSessions.open("local[2]", "evaluation-test");
    String train = dice(shared.resolve("train.csv"), 800, 1);
    run =
        new TestRuns(spark, new Storage(Map.of()))
            .train(
                shared,
                "{train: %s, label: {column: sum}, test: 0.4, validation: none}".formatted(train),
                15);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void evaluatesARawFileAsPlainDeeplearning4jWould() throws IOException {
    String path = dice(folder.resolve("new.csv"), 900, 2);

    EvaluationResult result = evaluate(run, Optional.of(path));

    long[][] confusion = confusion(run, path);
    assertThat(result.classes()).containsExactly("high", "low", "middle");
    for (int actual = 0; actual < 3; actual++) {
      for (int predicted = 0; predicted < 3; predicted++) {
        assertThat(result.confusion().get(actual).get(predicted))
            .isEqualTo(confusion[actual][predicted]);
      }
    }
    long correct = confusion[0][0] + confusion[1][1] + confusion[2][2];
    assertThat(result.metrics().samples()).isEqualTo(900);
    assertThat(result.metrics().accuracy()).contains(correct / 900.0);
    assertThat(result.metrics().accuracy().orElseThrow()).isBetween(0.6, 0.9999);
    assertThat(result.skipped()).isZero();
  }

  @Test
  void givesTheSameBitsHoweverTheSessionWouldCutTheFile() throws IOException {
    String path = dice(folder.resolve("new.csv"), 3_000, 2);
    EvaluationResult expected = evaluate(run, Optional.of(path));

    SparkSession otherwise = spark.newSession();
    otherwise.conf().set("spark.sql.files.maxPartitionBytes", "4096");
    otherwise.conf().set("spark.sql.files.openCostInBytes", "0");
    EvaluationResult result =
        new Evaluation(otherwise, storage, runs.progress())
            .evaluate(run.directory(), Optional.of(path));

    assertThat(result).isEqualTo(expected);
  }

  @Test
  void skipsAndNamesRowsThatItCannotEvaluate() throws IOException {
    Path input = folder.resolve("new.csv");
    Files.writeString(
        input,
        """
        a,b,sum
        1,2,low
        six,6,high
        6,6,
        3,4,enormous
        5,6,high
        """);

    EvaluationResult result = evaluate(run, Optional.of(input.toString()));

    assertThat(result.metrics().samples()).isEqualTo(2);
    assertThat(result.skipped()).isEqualTo(3);
    assertThat(result.problems()).hasSize(3);
    assertThat(result.problems().get(0)).contains("'a' is 'six'").endsWith("six,6,high");
    assertThat(result.problems().get(1)).contains("the row has no label").endsWith("6,6,");
    assertThat(result.problems().get(2)).contains("'enormous', a class that the training part");
    assertThat(runs.lines()).contains("3 of 5 rows were not evaluated");
    assertThat(result.text()).startsWith("Evaluated 2 samples of " + input + ", 3 skipped\n");
  }

  @Test
  void failsWhereNotOneRowCanBeEvaluated() throws IOException {
    Path input = folder.resolve("new.csv");
    Files.writeString(input, "a,b,sum\nsix,6,high\n6,six,high\n");

    assertThatThrownBy(() -> evaluate(run, Optional.of(input.toString())))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot evaluate any of the 2 rows of " + input + ": ")
        .hasMessageContaining("'a' is 'six'");
  }

  @Test
  void failsWhereTheFileHasNoLabels() throws IOException {
    Path input = folder.resolve("new.csv");
    Files.writeString(input, "a,b\n1,2\n");

    assertThatThrownBy(() -> evaluate(run, Optional.of(input.toString())))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot find the label's column 'sum' in " + input);
  }

  @Test
  void evaluatesThePreparedTestPart() throws IOException {
    EvaluationResult result = evaluate(run, Optional.empty());

    Metrics metrics = result.metrics();
    assertThat(metrics.samples()).isBetween(200L, 440L);
    assertThat(metrics.accuracy().orElseThrow()).isBetween(0.6, 0.9999);
    assertThat(result.confusion().stream().flatMap(List::stream).mapToLong(n -> n).sum())
        .isEqualTo(metrics.samples());
    assertThat(evaluate(run, Optional.empty())).isEqualTo(result);
    assertThat(Json.write(result)).contains("\"classes\" : [ \"high\", \"low\", \"middle\" ]");
  }

  @Test
  void givesTheVeryFiguresOfTheReport() {
    String conf = System.getProperty("lockstep.root") + "/conf/";
    JobConfig job =
        JobFile.read(
            storage,
            conf + "digits.yaml",
            List.of("training.epochs=2", "data.train=" + conf + "digits.csv"));
    RunDirectory digits = new RunDirectory(folder.resolve("digits").toString());

    RunReport report =
        new Training(spark, storage, runs.progress(), new NeverStopped(), Clock.systemUTC())
            .run(job, digits, Existing.KEEP);

    EvaluationResult result =
        new Evaluation(spark, storage, runs.progress()).evaluate(digits, Optional.empty());
    assertThat(report.test()).contains(result.metrics());
  }

  @Test
  void refusesToMeasureOnPreparedDataThatHasGone() throws IOException {
    Path data = shared.resolve("run/data");
    Path aside = Files.move(data, shared.resolve("aside"));
    try {
      assertThatThrownBy(() -> evaluate(run, Optional.empty()))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
          .hasMessageMatching(
              "Cannot evaluate .*/run: the data that it was trained on has gone, with .*/manifest.json \\(name"
                  + " a file by --data\\)");
    } finally {
      Files.move(aside, data);
    }
  }

  @Test
  void refusesPreparedDataThatIsNotWhatTheRunWasTrainedOn() throws IOException {
    Path manifest = shared.resolve("run/data/manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text + " ");
    try {
      assertThatThrownBy(() -> evaluate(run, Optional.empty()))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
          .hasMessageMatching(
              "Cannot evaluate .*/run: .*/data was prepared anew since the run was trained \\(name"
                  + " a file by --data\\)");
    } finally {
      Files.writeString(manifest, text);
    }
  }

  @Test
  void evaluatesARegressionInTheUnitOfItsLabel() throws IOException {
    Path train = folder.resolve("train.csv");
    List<String> lines = new ArrayList<>(List.of("x,y"));
    for (int i = 0; i < 100; i++) {
      lines.add("%d,%d".formatted(i, 5_000 + 40 * i));
    }
    Files.write(train, lines);
    TestRun line =
        runs.train(
            folder,
            "{train: %s, label: {column: y, type: value, scale: standard}, test: none, validation: none}"
                .formatted(train),
            300);

    EvaluationResult result = evaluate(line, Optional.of(train.toString()));

    assertThat(result.metrics().rmse().orElseThrow()).isBetween(0.01, 400.0);
    double rmse = result.metrics().rmse().orElseThrow();
    double variance = 40.0 * 40 * (100 * 100 - 1) / 12;
    assertThat(result.metrics().r2().orElseThrow())
        .isCloseTo(1 - rmse * rmse / variance, within(1e-6));
    assertThat(result.metrics().mae().orElseThrow()).isBetween(0.01, rmse);
    assertThat(result.classes()).isEmpty();
    assertThat(result.text()).contains("  RMSE ").doesNotContain("accuracy");
    assertThatThrownBy(() -> evaluate(line, Optional.empty()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessage(
            "Cannot evaluate %s: its data has no test part (name a file by --data)",
            line.directory().root());
  }

  private EvaluationResult evaluate(TestRun evaluated, Optional<String> data) {
    return new Evaluation(spark, storage, runs.progress()).evaluate(evaluated.directory(), data);
  }

  private long[][] confusion(TestRun evaluated, String path) {
    List<Row> rows = runs.samples(evaluated, path);
    INDArray outputs = evaluated.network().output(TestRuns.features(rows));
    long[][] counts = new long[3][3];
    for (int i = 0; i < rows.size(); i++) {
      int actual = rows.get(i).<Double>getAs(RowColumns.LABEL).intValue();
      counts[actual][outputs.getRow(i).argMax().getInt(0)]++;
    }
    return counts;
  }

  /** Nobody asks for an early end. */
  private static final class NeverStopped implements StopSignal {
    @Override
    public boolean requested() {
      return false;
    }

    @Override
    public Registration onRequest(Runnable action) {
      return () -> {};
    }
  }

  /** Two dice and what their sum is called; every tenth row lies. */
  private static String dice(Path file, int count, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(List.of("a,b,sum"));
    for (int i = 0; i < count; i++) {
      int a = 1 + random.nextInt(6);
      int b = 1 + random.nextInt(6);
      String sum = i % 10 == 0 ? "low" : a + b > 8 ? "high" : a + b < 6 ? "low" : "middle";
      lines.add("%d,%d,%s".formatted(a, b, sum));
    }
    return Files.write(file, lines).toString();
  }
}
