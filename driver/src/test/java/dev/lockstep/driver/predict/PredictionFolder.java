package dev.lockstep.driver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.TestRuns.TestRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;

/** A folder with files to predict and with the predictions of them. */
record PredictionFolder(SparkSession spark, Storage storage, TestRuns runs, Path path) {
  PredictionResult predict(TestRun run, String input, String output) {
    return predict(run.directory(), input, output);
  }

  private PredictionResult predict(RunDirectory run, String input, String output) {
    return new Prediction(spark, storage, runs.progress())
        .predict(run, input, path.resolve(output).toString());
  }

  /** Predicts, and goes on with the failure that comes of it. */
  AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      FailureKind kind, RunDirectory run, String input, String output) {
    return assertThatThrownBy(() -> predict(run, input, output))
        .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  /** The rows that a prediction wrote. */
  Dataset<Row> rows(PredictionResult result) {
    return result.output().endsWith(".parquet")
        ? spark.read().parquet(result.output())
        : spark.read().option("header", true).option("escape", "\"").csv(result.output());
  }

  /** The rows as text, in the order of the files. */
  List<String> texts(PredictionResult result) {
    return rows(result).collectAsList().stream().map(Row::toString).toList();
  }

  List<Row> byWidth(PredictionResult result) {
    return rows(result).collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.getString(0)))
        .toList();
  }

  /** A file of text. */
  String write(String name, String text) throws IOException {
    return Files.writeString(file(name), text).toString();
  }

  /** A file in a folder that is there. */
  private Path file(String name) throws IOException {
    Path file = path.resolve(name);
    Files.createDirectories(file.getParent());
    return file;
  }

  /** Numbers y that grow with x. */
  String line(int count) throws IOException {
    List<String> lines = new ArrayList<>(List.of("x,y"));
    for (int i = 0; i < count; i++) {
      lines.add("%d,%d".formatted(i, 5_000 + 40 * i));
    }
    return Files.write(path.resolve("line.csv"), lines).toString();
  }

  /** Flowers of {@link #flowers(Path, int, long)} as a file of the folder. */
  String flowers(String name, int count, long seed) throws IOException {
    return flowers(path.resolve(name), count, seed);
  }

  /** Flowers whose kind depends on width and soil. */
  static String flowers(Path file, int count, long seed) throws IOException {
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
  String images(String images, String labels, int count) throws IOException {
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
    Files.write(file(labels), classes.array());
    return Files.write(file(images), pixels.array()).toString();
  }
}
