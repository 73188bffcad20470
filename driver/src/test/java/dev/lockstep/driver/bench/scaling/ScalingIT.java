package dev.lockstep.driver.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.ManualStop;
import dev.lockstep.driver.bench.RecordedProgress;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ScalingIT {
  @TempDir Path folder;

  private final RecordedProgress progress = new RecordedProgress();

  @Test
  void measuresRanksOfOneJvmAndOfSeveral() throws IOException {
    List<Row> rows = run(folder.resolve("absent"));

    assertThat(rows)
        .extracting(row -> row.figures().get("case"))
        .containsExactly(
            "one replica alone",
            "unconnected replicas",
            "gradient sharing",
            "parameter averaging every 10",
            "unconnected replicas, a JVM each",
            "gradient sharing, a JVM each",
            "gradient sharing, a JVM each",
            "parameter averaging every 10, a JVM each",
            "parameter averaging every 10, a JVM each");
    assertThat(rows)
        .allSatisfy(
            row -> assertThat((double) row.figures().get("samples/s")).isFinite().isPositive());
    assertThat(progress.lines())
        .contains(
            "Without DL4J's own masters: %s is not built (scripts/bench builds it, see above)"
                .formatted(folder.resolve("absent")));
  }

  private List<Row> run(Path baseline) throws IOException {
    ScalingBenchmark benchmark = new ScalingBenchmark(new Storage(Map.of()), new ManualStop());
    Map<String, String> options = new LinkedHashMap<>(benchmark.options());
    options.put("job", digits().toString());
    options.put("rounds", "1");
    options.put("warm-up", "0");
    options.put("epochs", "2");
    options.put("baseline", baseline.toString());
    return benchmark.run(new Setting(options, folder, progress));
  }

  /** The shipped job, which names its data relative to the project's root. */
  private Path digits() throws IOException {
    Path conf = Path.of(System.getProperty("lockstep.root"), "conf");
    String job = Files.readString(conf.resolve("digits.yaml"));
    return Files.writeString(
        folder.resolve("digits.yaml"),
        job.replace("conf/digits.csv", conf.resolve("digits.csv").toString()));
  }
}
