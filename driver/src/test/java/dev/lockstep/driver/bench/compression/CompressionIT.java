package dev.lockstep.driver.bench.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.RecordedProgress;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code training.exchange} saves, and that a training ends where it did. */
@Timeout(600)
class CompressionIT {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
  private static final Path MNIST =
      ROOT.resolve("../shared/data/mnist-t10k/t10k-images-idx3-ubyte.gz").normalize();

  @TempDir Path folder;

  @Test
  void endsWhereTheWholeGradientsEndWithAFractionOfTheBytes() throws IOException {
    Assumptions.assumeTrue(Files.exists(MNIST), "there is no " + MNIST);
    Path job = folder.resolve("job.yaml");
    String text = Files.readString(ROOT.resolve("conf/mnist-mlp.yaml"));
    Files.writeString(job, text.replace("../shared/data/mnist-t10k", MNIST.getParent().toString()));

    List<Row> rows =
        run(job, "10", "{precision: bfloat16}; {sparsify: {threshold: {value: 0.002}}}");

    assertThat(figure(rows, 1, "times fewer")).isGreaterThan(1.98);
    assertThat(figure(rows, 2, "times fewer")).isGreaterThan(20);
    assertThat(figure(rows, 0, "accuracy")).isGreaterThan(0.94);
    for (int row = 1; row < rows.size(); row++) {
      assertThat(figure(rows, row, "points")).as(rows.get(row).toString()).isGreaterThan(-0.5);
    }
  }

  private static double figure(List<Row> rows, int row, String column) {
    return (double) rows.get(row).figures().get(column);
  }

  private List<Row> run(Path job, String epochs, String exchanges) {
    CompressionBenchmark benchmark = new CompressionBenchmark(new Storage(Map.of()));
    Map<String, String> options = new LinkedHashMap<>(benchmark.options());
    options.put("job", job.toString());
    options.put("ranks", "4");
    options.put("epochs", epochs);
    options.put("seeds", "1");
    options.put("exchanges", exchanges);
    return benchmark.run(new Setting(options, folder, new RecordedProgress()));
  }
}
