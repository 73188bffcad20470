package dev.lockstep.driver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.TestRuns.TestRun;
import dev.lockstep.driver.resources.SparkSessions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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

  @BeforeAll
  static void trainOnFlowers() throws IOException {
    spark = SparkSessions.open("local[2]", "prediction-test");
    String train = flowers(shared.resolve("train.csv"), 700, 1);
    run = new TestRuns(spark, new Storage(Map.of())).train(shared, FLOWERS.formatted(train), 20);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"predictions", "predictions.parquet"})
  void givesThePredictionsOfPlainDeeplearning4jBitForBit(String name) throws IOException {
    String input = flowers(folder.resolve("new.csv"), 600, 2);

    PredictionResult result = predict(run, input, name);

    List<Row> rows = read(result.output()).collectAsList();
    List<String> classes = List.of("iris", "red, rose", "tulip");
    INDArray expected = outputs(run, runs.samples(run, input));
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
    String input = flowers(folder.resolve("new.csv"), 1_000, 2);
    List<String> expected = texts(predict(run, input, "one"));
    SparkSession otherwise = FileCuts.of(spark, 4096);

    PredictionResult result =
        new Prediction(otherwise, storage, runs.progress())
            .predict(run.directory(), input, folder.resolve("other").toString());

    assertThat(texts(result)).containsExactlyElementsOf(expected);
  }

  @Test
  void losesNoRowBetweenPartitions() throws IOException {
    String input = flowers(folder.resolve("new.csv"), 1_000, 2);
    List<Row> inOne = byWidth(predict(run, input, "one"));

    PredictionResult result =
        new Prediction(storage, runs.progress(), FileCuts.of(spark, 4096))
            .predict(run.directory(), input, folder.resolve("many").toString());

    assertThat(storage.list(result.output())).hasSizeGreaterThan(3);
    List<Row> inMany = byWidth(result);
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
    Path input = folder.resolve("new.csv");
    Files.writeString(
        input,
        """
        width,soil type,kind
        0.5,clay,iris
        wide,clay,iris
        0.25,sand
        -0.5,sand,a class that nobody knows
        """);

    PredictionResult result = predict(run, input.toString(), "out");

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
    List<Row> rows = read(result.output()).collectAsList();
    assertThat(rows).hasSize(4);
    assertThat(rows.get(1).<String>getAs("prediction")).isNull();
    assertThat(rows.get(1).<String>getAs("probability_iris")).isNull();
    assertThat(rows.get(1).<String>getAs("problem")).contains("'width' is 'wide'");
    assertThat(rows.get(3).<String>getAs("prediction")).isNotNull();
  }

  @Test
  void failsWhereNotOneRowCanBePredictedAndLeavesNothing() throws IOException {
    Path input = folder.resolve("new.csv");
    Files.writeString(input, "width,soil type,kind\nwide,clay,iris\nnarrow,sand,iris\n");

    assertThatThrownBy(() -> predict(run, input.toString(), "out"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot predict any of the 2 rows: ")
        .hasMessageContaining("'width' is 'wide'");

    assertThat(storage.names(folder.toString())).containsExactly("new.csv");
  }

  @Test
  void needsNoLabels() throws IOException {
    Path input = folder.resolve("new.csv");
    Files.writeString(input, "width,soil type\n0.5,clay\n");

    PredictionResult result = predict(run, input.toString(), "out");

    Row row = read(result.output()).first();
    assertThat(row.<String>getAs("prediction")).isNotNull();
    assertThat(row.schema().fieldNames()).startsWith("width", "soil type", "prediction");
  }

  @Test
  void givesValuesInTheUnitOfTheLabel() throws IOException {
    Path train = folder.resolve("train.csv");
    List<String> lines = new ArrayList<>(List.of("x,y"));
    for (int i = 0; i < 100; i++) {
      lines.add("%d,%d".formatted(i, 5_000 + 40 * i));
    }
    Files.write(train, lines);
    TestRun other =
        runs.train(
            folder,
            "{train: %s, label: {column: y, type: value, scale: standard}, test: none, validation: none}"
                .formatted(train),
            300);

    PredictionResult result = predict(other, train.toString(), "out.parquet");

    List<Row> rows = read(result.output()).collectAsList();
    List<Row> samples = runs.samples(other, train.toString());
    INDArray expected = outputs(other, samples);
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
    images("train-images-idx3-ubyte", "train-labels-idx1-ubyte", 60);
    Path more = Files.createDirectory(folder.resolve("more"));
    images("more/images-idx3-ubyte", "more/labels-idx1-ubyte", 10);
    TestRun other =
        runs.train(
            folder,
            "{format: idx, train: %s, test: none, validation: none, label: {column: label}}"
                .formatted(folder.resolve("train-images-idx3-ubyte")),
            10);

    PredictionResult result =
        predict(other, more.resolve("images-idx3-ubyte").toString(), "out.parquet");

    List<Row> rows = read(result.output()).collectAsList();
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
    Files.createDirectory(folder.resolve("out"));
    Files.writeString(folder.resolve("out/precious.txt"), "keep me");

    assertThatThrownBy(
            () ->
                new Prediction(spark, storage, runs.progress())
                    .predict(run.directory(), "new.csv", folder.resolve("out").toString()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessage(
            "Cannot write predictions to file:%s: it is not empty (delete it or choose another"
                + " --output)",
            folder.resolve("out"));
    assertThat(folder.resolve("out/precious.txt")).hasContent("keep me");
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    String input = flowers(folder.resolve("new.csv"), 10, 3);
    Files.writeString(folder.resolve("file"), "no folder");

    assertThatThrownBy(() -> predict(run, input, "file/out"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageContaining(folder.resolve("file/out").toString());
    assertThat(storage.names(folder.toString())).containsExactly("file", "new.csv");
  }

  @Test
  void refusesFilesWithDifferentHeaders() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    Files.writeString(input.resolve("a.csv"), "width,soil type\n0.5,clay\n");
    Files.writeString(input.resolve("b.csv"), "soil type,width\nclay,0.5\n");

    assertThatThrownBy(() -> predict(run, input.toString(), "out"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot read the input: its files have different headers (");
    assertThat(storage.names(folder.toString())).containsExactly("input");
  }

  @Test
  void fillsAnEmptyFolder() throws IOException {
    Files.createDirectory(folder.resolve("out"));

    PredictionResult result = predict(run, flowers(folder.resolve("new.csv"), 10, 3), "out");

    assertThat(read(result.output()).count()).isEqualTo(10);
  }

  @Test
  void refusesAnInputThatHasAColumnOfTheOutput() throws IOException {
    Path input = folder.resolve("new.csv");
    Files.writeString(input, "width,soil type,Problem\n0.5,clay,none\n");

    assertThatThrownBy(() -> predict(run, input.toString(), "out"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessage(
            "Cannot add the column 'problem' to the predictions: the input has a column of that"
                + " name");
  }

  @Test
  void saysThatThereIsNoRun() {
    String nowhere = folder.resolve("nowhere").toString();

    assertThatThrownBy(
            () ->
                new Prediction(spark, storage, runs.progress())
                    .predict(new RunDirectory(nowhere), "new.csv", folder + "/out"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot use run %s: there is no %s/run.json (name the folder of a run)",
            nowhere, nowhere);
  }

  private PredictionResult predict(TestRun run, String input, String output) {
    return new Prediction(spark, storage, runs.progress())
        .predict(run.directory(), input, folder.resolve(output).toString());
  }

  private static Dataset<Row> read(String output) {
    return output.endsWith(".parquet")
        ? spark.read().parquet(output)
        : spark.read().option("header", true).option("escape", "\"").csv(output);
  }

  private static List<String> texts(PredictionResult result) {
    return read(result.output()).collectAsList().stream().map(Row::toString).toList();
  }

  private static List<Row> byWidth(PredictionResult result) {
    return read(result.output()).collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.getString(0)))
        .toList();
  }

  /** What plain Deeplearning4j says, in batches of the same size. */
  private static INDArray outputs(TestRun run, List<Row> samples) {
    List<INDArray> parts = new ArrayList<>();
    for (int start = 0; start < samples.size(); start += BatchPredictor.CAPACITY) {
      int end = Math.min(samples.size(), start + BatchPredictor.CAPACITY);
      parts.add(run.network().output(TestRuns.features(samples.subList(start, end))));
    }
    return Nd4j.concat(0, parts.toArray(INDArray[]::new));
  }

  /** Flowers whose kind depends on width and soil. */
  private static String flowers(Path file, int count, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>(List.of("width,soil type,kind"));
    for (int i = 0; i < count; i++) {
      double width = random.nextGaussian();
      boolean clay = random.nextBoolean();
      String kind = width > 0.3 ? "tulip" : clay ? "iris" : "\"red, rose\"";
      lines.add("%s,%s,%s".formatted(width, clay ? "clay" : "sand", kind));
    }
    return Files.write(file, lines).toString();
  }

  /** Images of 3 x 2 pixels; the label tells whether the first is bright. */
  private void images(String images, String labels, int count) throws IOException {
    ByteBuffer pixels = ByteBuffer.allocate(16 + 6 * count);
    pixels.putInt(2051).putInt(count).putInt(3).putInt(2);
    ByteBuffer classes = ByteBuffer.allocate(8 + count).putInt(2049).putInt(count);
    Random random = new Random(4);
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[6];
      random.nextBytes(image);
      pixels.put(image);
      classes.put((byte) (Byte.toUnsignedInt(image[0]) > 127 ? 1 : 0));
    }
    Files.write(folder.resolve(images), pixels.array());
    Files.write(folder.resolve(labels), classes.array());
  }
}
