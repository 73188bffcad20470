package dev.lockstep.driver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.TestRuns.TestRun;
import dev.lockstep.driver.resources.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(180)
final class PredictionIT {
  private static final String FLOWERS =
      "{train: %s, label: {column: kind}, test: none, validation: none}";
  @TempDir private static Path shared;
  private static SparkSession spark;
  private static TestRun run;

  @TempDir private Path folder;
  private final Storage storage = new Storage(Map.of());
  private final TestRuns runs = new TestRuns(spark, storage);
  private PredictionFolder work;

  @BeforeAll
  static void trainOnFlowers() throws IOException {
    spark = SparkSessions.open("local[2]", "prediction-test");
    String train = PredictionFolder.flowers(shared.resolve("train.csv"), 700, 1);
    run = new TestRuns(spark, new Storage(Map.of())).train(shared, FLOWERS.formatted(train), 20);
  }

  @BeforeEach
  void openFolder() {
    work = new PredictionFolder(spark, storage, runs, folder);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"predictions", "predictions.parquet"})
  void givesThePredictionsOfPlainDeeplearning4jBitForBit(String name) throws IOException {
    String input = work.flowers("new.csv", 600, 2);

    PredictionResult result = work.predict(run, input, name);

    List<Row> rows = work.rows(result).collectAsList();
    List<String> classes = List.of("iris", "red, rose", "tulip");
    INDArray expected = run.outputs(runs.samples(run, input));
    List<String> texts = Files.readAllLines(Path.of(input));
    assertThat(result.rows()).isEqualTo(600).isEqualTo(rows.size());
    assertThat(result.notPredicted()).isZero();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      for (int c = 0; c < 3; c++) {
        assertThat(Float.parseFloat(String.valueOf(row.get(4 + c))))
            .as("row %d, class %d", i, c)
            .isEqualTo(expected.getFloat(i, c));
      }
      assertThat(row.<String>getAs("prediction"))
          .isEqualTo(classes.get(expected.getRow(i).argMax().getInt(0)));
      assertThat(row.<String>getAs("problem")).isNull();
      assertThat(texts.get(i + 1)).startsWith(row.getString(0) + "," + row.getString(1) + ",");
    }
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly(
            "width",
            "soil type",
            "kind",
            "prediction",
            "probability_iris",
            "probability_red__rose",
            "probability_tulip",
            "problem");
  }

  @Test
  void givesTheSameBitsHoweverTheSessionWouldCutTheFile() throws IOException {
    String input = work.flowers("new.csv", 1_000, 2);
    List<String> expected = work.texts(work.predict(run, input, "one"));
    SparkSession otherwise = FileCuts.of(spark, 4096);

    PredictionResult result =
        new Prediction(otherwise, storage, runs.progress())
            .predict(run.directory(), input, folder.resolve("other").toString());

    assertThat(work.texts(result)).containsExactlyElementsOf(expected);
  }

  @Test
  void losesNoRowBetweenPartitions() throws IOException {
    String input = work.flowers("new.csv", 1_000, 2);
    List<Row> inOne = work.byWidth(work.predict(run, input, "one"));

    PredictionResult result =
        new Prediction(storage, runs.progress(), FileCuts.of(spark, 4096))
            .predict(run.directory(), input, folder.resolve("many").toString());

    assertThat(storage.list(result.output())).hasSizeGreaterThan(3);
    List<Row> inMany = work.byWidth(result);
    assertThat(inMany).hasSize(1_000);
    for (int i = 0; i < inOne.size(); i++) {
      assertThat(inMany.get(i).getString(0)).isEqualTo(inOne.get(i).getString(0));
      for (int c = 4; c < 7; c++) {
        assertThat(Float.parseFloat(inMany.get(i).getString(c)))
            .isCloseTo(Float.parseFloat(inOne.get(i).getString(c)), within(1e-6f));
      }
    }
  }

  @Test
  void countsAndNamesRowsThatItCannotPredict() throws IOException {
    String input =
        work.write(
            "new.csv",
            """
            width,soil type,kind
            0.5,clay,iris
            wide,clay,iris
            0.25,sand
            -0.5,sand,a class that nobody knows
            """);

    PredictionResult result = work.predict(run, input, "out");

    assertThat(result.rows()).isEqualTo(4);
    assertThat(result.notPredicted()).isEqualTo(2);
    assertThat(result.problems()).hasSize(2);
    assertThat(result.problems().get(0))
        .contains("new.csv: ")
        .contains("'width' is 'wide'")
        .endsWith("wide,clay,iris");
    assertThat(result.problems().get(1)).contains("does not have 3 cells").endsWith("0.25,sand");
    assertThat(runs.lines()).contains("2 of 4 rows were not predicted");
    assertThat(result.text())
        .isEqualToIgnoringNewLines(
            "Wrote 4 rows (2 without a prediction, see the column 'problem') to "
                + result.output());
    List<Row> rows = work.rows(result).collectAsList();
    assertThat(rows).hasSize(4);
    assertThat(rows.get(1).<String>getAs("prediction")).isNull();
    assertThat(rows.get(1).<String>getAs("probability_iris")).isNull();
    assertThat(rows.get(1).<String>getAs("problem")).contains("'width' is 'wide'");
    assertThat(rows.get(3).<String>getAs("prediction")).isNotNull();
  }

  @Test
  void failsWhereNotOneRowCanBePredictedAndLeavesNothing() throws IOException {
    String input =
        work.write("new.csv", "width,soil type,kind\nwide,clay,iris\nnarrow,sand,iris\n");

    work.assertFails(FailureKind.DATA, run.directory(), input, "out")
        .hasMessageStartingWith("Cannot predict any of the 2 rows: ")
        .hasMessageContaining("'width' is 'wide'");

    assertThat(storage.names(folder.toString())).containsExactly("new.csv");
  }

  @Test
  void needsNoLabels() throws IOException {
    String input = work.write("new.csv", "width,soil type\n0.5,clay\n");

    PredictionResult result = work.predict(run, input, "out");

    Row row = work.rows(result).first();
    assertThat(row.<String>getAs("prediction")).isNotNull();
    assertThat(row.schema().fieldNames()).startsWith("width", "soil type", "prediction");
  }

  @Test
  void givesValuesInTheUnitOfTheLabel() throws IOException {
    String train = work.line(100);
    TestRun other =
        runs.train(
            folder,
            "{train: %s, label: {column: y, type: value, scale: standard}, test: none, validation: none}"
                .formatted(train),
            300);

    PredictionResult result = work.predict(other, train, "out.parquet");

    List<Row> rows = work.rows(result).collectAsList();
    List<Row> samples = runs.samples(other, train);
    INDArray expected = other.outputs(samples);
    LabelSchema.Value label =
        (LabelSchema.Value) TrainedRun.read(storage, other.directory()).model().schema().label();
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).<Double>getAs("prediction"))
          .isEqualTo(expected.getFloat(i, 0) * label.scale() + label.shift())
          .isBetween(4_000.0, 10_000.0);
    }
  }

  @Test
  void givesImagesTheirIndex() throws IOException {
    String train = work.images("train-images-idx3-ubyte", "train-labels-idx1-ubyte", 60);
    String more = work.images("more/images-idx3-ubyte", "more/labels-idx1-ubyte", 10);
    TestRun other =
        runs.train(
            folder,
            "{format: idx, train: %s, test: none, validation: none, label: {column: label}}"
                .formatted(train),
            10);

    PredictionResult result = work.predict(other, more, "out.parquet");

    List<Row> rows = work.rows(result).collectAsList();
    assertThat(rows).hasSize(10);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).<Long>getAs("index")).isEqualTo(i);
      assertThat(rows.get(i).<String>getAs("file")).endsWith("more/images-idx3-ubyte");
      assertThat(rows.get(i).<String>getAs("label")).isIn("0", "1");
      assertThat(rows.get(i).<String>getAs("prediction")).isIn("0", "1");
    }
  }

  @Test
  void refusesAnOutputThatHoldsSomething() throws IOException {
    work.write("out/precious.txt", "keep me");

    work.assertFails(FailureKind.CONFIG, run.directory(), "new.csv", "out")
        .hasMessage(
            "Cannot write predictions to file:%s: it is not empty (delete it or choose another"
                + " --output)",
            folder.resolve("out"));
    assertThat(folder.resolve("out/precious.txt")).hasContent("keep me");
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    String input = work.flowers("new.csv", 10, 3);
    work.write("file", "no folder");

    work.assertFails(FailureKind.STORAGE, run.directory(), input, "file/out")
        .hasMessageContaining(folder.resolve("file/out").toString());
    assertThat(storage.names(folder.toString())).containsExactly("file", "new.csv");
  }

  @Test
  void refusesFilesWithDifferentHeaders() throws IOException {
    work.write("input/a.csv", "width,soil type\n0.5,clay\n");
    work.write("input/b.csv", "soil type,width\nclay,0.5\n");

    work.assertFails(FailureKind.DATA, run.directory(), folder.resolve("input").toString(), "out")
        .hasMessageStartingWith("Cannot read the input: its files have different headers (");
    assertThat(storage.names(folder.toString())).containsExactly("input");
  }

  @Test
  void fillsAnEmptyFolder() throws IOException {
    Files.createDirectory(folder.resolve("out"));

    PredictionResult result = work.predict(run, work.flowers("new.csv", 10, 3), "out");

    assertThat(work.rows(result).count()).isEqualTo(10);
  }

  @Test
  void refusesAnInputThatHasAColumnOfTheOutput() throws IOException {
    String input = work.write("new.csv", "width,soil type,Problem\n0.5,clay,none\n");

    work.assertFails(FailureKind.DATA, run.directory(), input, "out")
        .hasMessage(
            "Cannot add the column 'problem' to the predictions: the input has a column of that"
                + " name");
  }

  @Test
  void saysThatThereIsNoRun() {
    String nowhere = folder.resolve("nowhere").toString();

    work.assertFails(FailureKind.CONFIG, new RunDirectory(nowhere), "new.csv", "out")
        .hasMessage(
            "Cannot use run %s: there is no %s/run.json (name the folder of a run)",
            nowhere, nowhere);
  }
}
