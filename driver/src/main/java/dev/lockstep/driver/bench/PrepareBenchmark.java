package dev.lockstep.driver.bench;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.resources.SparkSessions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/** How fast raw rows become shards. */
public final class PrepareBenchmark implements Benchmark {
  private final Storage storage;

  public PrepareBenchmark(Storage storage) {
    this.storage = storage;
  }

  @Override
  public String name() {
    return "prepare";
  }

  @Override
  public String measures() {
    return "Rows a second from raw files to shards and manifest, Spark being up, for the job given;"
        + " the first run warms the JVM";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/adult.yaml");
    options.put("runs", "3");
    options.put("master", "local[*]");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    JobConfig job = JobFile.read(storage, setting.options().get("job"), List.of());
    String master = setting.options().get("master");
    try (SparkSession spark = SparkSessions.open(master, "bench-prepare")) {
      Preparation preparation = new Preparation(spark, storage, setting.progress());
      return IntStream.rangeClosed(1, setting.number("runs"))
          .mapToObj(run -> measured(preparation, job, setting.scratch().resolve("run-" + run), run))
          .toList();
    }
  }

  private static Row measured(Preparation preparation, JobConfig job, Path folder, int run) {
    long start = System.nanoTime();
    DatasetManifest manifest = preparation.prepare(job, folder.toString()).manifest();
    double seconds = (System.nanoTime() - start) / 1e9;
    long rows =
        manifest.train().samples() + manifest.validation().samples() + manifest.test().samples();
    return Row.of("run", run)
        .and("rows", rows)
        .and("seconds", seconds)
        .and("rows/s", rows / seconds);
  }
}
