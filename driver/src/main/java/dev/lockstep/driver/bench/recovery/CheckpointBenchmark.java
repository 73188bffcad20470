package dev.lockstep.driver.bench.recovery;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.Spread;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.driver.training.Training;
import dev.lockstep.driver.training.Training.Existing;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;

/** What checkpoints cost: whole runs with them and without, in turn. */
public final class CheckpointBenchmark implements Benchmark {
  private static final String NEVER = "1000000 epochs";

  private final Storage storage;
  private final StopSignal stop;

  /**
   * @param stop ends the run that is under way
   */
  public CheckpointBenchmark(Storage storage, StopSignal stop) {
    this.storage = storage;
    this.stop = stop;
  }

  @Override
  public String name() {
    return "checkpoints";
  }

  @Override
  public String measures() {
    return "Seconds of training, the steps of all epochs and all that the training waited for"
        + " checkpoints, with them and without in turn; ratio is with to without of the same round";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/mnist-mlp.yaml");
    options.put("folder", "");
    options.put("every", "100 steps");
    options.put("workers", "2");
    options.put("epochs", "10");
    options.put("rounds", "5");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    String given = setting.options().get("folder");
    String folder =
        (given.isEmpty() ? setting.scratch().toString() : given) + "/bench-" + UUID.randomUUID();
    String master = "local[%d]".formatted(setting.number("workers"));
    try (SparkSession spark = SparkSessions.open(master, "bench-checkpoints")) {
      return measure(spark, setting, folder);
    } finally {
      storage.delete(folder);
    }
  }

  private List<Row> measure(SparkSession spark, Setting setting, String folder) {
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    long taken = 0;
    train(spark, setting, folder, "warm-up", NEVER);
    for (int round = 1; round <= setting.number("rounds"); round++) {
      setting.progress().status("round %d".formatted(round));
      RunReport plain = train(spark, setting, folder, "without-" + round, NEVER);
      String every = setting.options().get("every");
      RunReport kept = train(spark, setting, folder, "with-" + round, every);
      requireSame(plain, kept);
      without.add(seconds(plain));
      with.add(seconds(kept));
      ratios.add(seconds(kept) / seconds(plain));
      taken = kept.checkpoints().taken();
    }
    return List.of(
        row("without checkpoints", 0, without, List.of(1.0)),
        row("every " + setting.options().get("every"), taken - 1, with, ratios));
  }

  private RunReport train(
      SparkSession spark, Setting setting, String folder, String name, String every) {
    JobConfig job =
        JobFile.read(
            storage,
            setting.options().get("job"),
            List.of(
                "data.prepared=" + folder + "/data",
                "training.epochs=" + setting.number("epochs"),
                "cluster.workers=" + setting.number("workers"),
                "checkpoint.every=" + every));
    return new Training(spark, storage, setting.progress(), stop, Clock.systemUTC())
        .run(job, new RunDirectory(folder + "/" + name), Existing.KEEP);
  }

  /** The checkpoint of the end, which every run has, is left out. */
  private static double seconds(RunReport report) {
    return report.epochs().stream().mapToDouble(EpochReport::seconds).sum()
        + report.checkpoints().exposedSeconds();
  }

  private static void requireSame(RunReport plain, RunReport kept) {
    if (!plain.parametersSha256().equals(kept.parametersSha256())) {
      throw new LockstepException(
          FailureKind.INTERNAL, "Checkpoints have changed the parameters of a run");
    }
  }

  private static Row row(String name, long taken, List<Double> seconds, List<Double> ratios) {
    Spread spread = Spread.of(seconds);
    Spread ratio = Spread.of(ratios);
    return Row.of("checkpoints", name)
        .and("taken", taken)
        .and("seconds", spread.median())
        .and("fastest", spread.least())
        .and("slowest", spread.greatest())
        .and("ratio", ratio.median())
        .and("least ratio", ratio.least())
        .and("greatest ratio", ratio.greatest());
  }
}
