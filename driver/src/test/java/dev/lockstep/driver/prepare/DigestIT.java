package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.NumericConfig;
import dev.lockstep.common.config.NumericConfig.Missing;
import dev.lockstep.common.config.Scale;
import dev.lockstep.common.config.TrainingConfig.Order;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same rows give the same manifest, however they are stored, cut and computed. */
@Timeout(240)
class DigestIT {
  private static final int ROWS = 3_000;

  @TempDir Path directory;
  private List<String> rows;

  @BeforeEach
  void drawRows() {
    Random random = new Random(20_260_101);
    rows =
        random
            .doubles(ROWS)
            .mapToObj(
                number ->
                    "%s,%s,%d,%s"
                        .formatted(
                            random.nextInt(20) == 0 ? "" : (number - 0.3) * 1e6,
                            List.of("red", "green", "blue", "?").get(random.nextInt(4)),
                            random.nextInt(5),
                            List.of("yes", "no").get(random.nextInt(2))))
            .toList();
  }

  @AfterEach
  void forgetSettings() {
    SparkSession spark = LocalSpark.session();
    spark.conf().unset("spark.sql.files.maxPartitionBytes");
    spark.conf().unset("spark.sql.files.minPartitionNum");
  }

  @Test
  void isTheSameForAnyFilesPartitionsAndCores() throws IOException {
    for (Order order : Order.values()) {
      String digest = digest(files(1), 1, order);
      assertThat(digest(files(1), 3, order)).isEqualTo(digest);
      assertThat(digest(files(7), 16, order)).isEqualTo(digest);
      assertThat(digest(compressed(), 1, order)).isEqualTo(digest);
    }
    String twoCores = digest(files(1), 16, Order.SHUFFLED);
    LocalSpark.session().stop();
    LocalSpark.session("local[1]");
    assertThat(digest(files(7), 1, Order.SHUFFLED)).isEqualTo(twoCores);
    LocalSpark.session().stop();
  }

  @Test
  void isTheSameForRowsInAnotherOrder() throws IOException {
    String digest = digest(files(1), 1, Order.SHUFFLED);
    rows = rows.stream().sorted().toList();
    assertThat(digest(files(1), 3, Order.SHUFFLED)).isEqualTo(digest);
  }

  @Test
  void changesWithARow() throws IOException {
    String digest = digest(files(1), 1, Order.SHUFFLED);
    rows = rows.subList(0, ROWS - 1);
    assertThat(digest(files(1), 1, Order.SHUFFLED)).isNotEqualTo(digest);
  }

  private String digest(Path input, int partitions, Order order) throws IOException {
    SparkSession spark = LocalSpark.session();
    long bytes = rows.stream().mapToLong(row -> row.length() + 1).sum();
    spark.conf().set("spark.sql.files.maxPartitionBytes", bytes / partitions + 100);
    spark.conf().set("spark.sql.files.minPartitionNum", 1);
    spark.conf().set("spark.sql.files.openCostInBytes", 0);
    NumericConfig numeric = new NumericConfig(Jobs.AUTO, Scale.STANDARD, Missing.MEDIAN);
    DataConfig data =
        Jobs.csv(
            input,
            new Holdout.Fraction(0.15),
            new Holdout.Fraction(0.1),
            Jobs.classes("answer"),
            numeric);
    if (Files.isRegularFile(input) && input.toString().endsWith(".csv")) {
      assertThat(new Source(spark, Prepared.STORAGE).read(data, input.toString()).javaRDD())
          .satisfies(rdd -> assertThat(rdd.getNumPartitions()).isEqualTo(partitions));
    }
    Path target = Files.createTempDirectory(directory, "prepared");
    return Prepared.of(Jobs.of(data, order, 5), target).dataset().digest();
  }

  /** One file, or several in a folder whose names sort like their rows. */
  private Path files(int count) throws IOException {
    Path folder = Files.createTempDirectory(directory, "input");
    int each = (rows.size() + count - 1) / count;
    for (int i = 0; i < count; i++) {
      List<String> part = rows.subList(i * each, Math.min(rows.size(), (i + 1) * each));
      Files.writeString(folder.resolve("part-" + i + ".csv"), text(part));
    }
    return count == 1 ? folder.resolve("part-0.csv") : folder;
  }

  private Path compressed() throws IOException {
    Path file = Files.createTempFile(directory, "input", ".csv.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text(rows).getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static String text(List<String> rows) {
    return "number,colour,level,answer\n" + String.join("\n", rows) + "\n";
  }
}
