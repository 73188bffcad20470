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
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * What checkpoints cost: whole runs with them and without, in turn, now the one first and now the
 * other, so that a machine that slows down or a JVM that still grows faster favours neither.
 */
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
        + " checkpoints, with them and without in turn; ratio is with to without of the same round,"
        + " exposed what the training stood still for a checkpoint";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/mnist-mlp.yaml");
    options.put("folder", "");
    options.put("every", "100 steps");
    options.put("workers", "2");
    options.put("epochs", "14");
    options.put("rounds", "25");
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
    String every = setting.options().get("every");
    List<RunReport> without = new ArrayList<>();
    List<RunReport> with = new ArrayList<>();
    train(spark, setting, folder, "warm-up-without", NEVER);
    train(spark, setting, folder, "warm-up-with", every);
    for (int round = 1; round <= setting.number("rounds"); round++) {
      setting.progress().status("round %d".formatted(round));
      if (round % 2 == 1) {
        without.add(train(spark, setting, folder, "without-" + round, NEVER));
        with.add(train(spark, setting, folder, "with-" + round, every));
      } else {
        with.add(train(spark, setting, folder, "with-" + round, every));
        without.add(train(spark, setting, folder, "without-" + round, NEVER));
      }
      requireSame(without.get(round - 1), with.get(round - 1));
    }
    return List.of(
        row("without checkpoints", without, without), row("every " + every, with, without));
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
    RunDirectory run = new RunDirectory(folder + "/" + name);
    RunReport report =
        new Training(spark, storage, setting.progress(), stop, Clock.systemUTC())
            .run(job, run, Existing.KEEP);
    storage.delete(run.root());
    return report;
  }

  /** The wait for the checkpoint of the end, which every run has, is left out. */
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

  private static Row row(String name, List<RunReport> runs, List<RunReport> against) {
    Spread seconds = Spread.of(runs.stream().map(CheckpointBenchmark::seconds).toList());
    Spread ratio =
        Spread.of(
            IntStream.range(0, runs.size())
                .mapToObj(round -> seconds(runs.get(round)) / seconds(against.get(round)))
                .toList());
    return Row.of("checkpoints", name)
        .and("taken", runs.get(0).checkpoints().taken() - 1)
        .and("exposed ms", Spread.of(exposedMillis(runs)).median())
        .and("seconds", seconds.median())
        .and("fastest", seconds.least())
        .and("slowest", seconds.greatest())
        .and("ratio", ratio.median())
        .and("least ratio", ratio.least())
        .and("greatest ratio", ratio.greatest());
  }

  /** Of a checkpoint, the one of the end included. */
  private static List<Double> exposedMillis(List<RunReport> runs) {
    return runs.stream()
        .map(RunReport::checkpoints)
        .map(checkpoints -> checkpoints.exposedSeconds() * 1000 / checkpoints.taken())
        .toList();
  }
}
