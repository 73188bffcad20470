package dev.lockstep.driver.bench.compression;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.training.ComputeTrial;
import dev.lockstep.worker.training.RankTraining;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingPlan;
import dev.lockstep.worker.training.TrainingResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The same job, trained with each way to exchange gradients: how many bytes that takes, and where
 * it ends. Bytes and accuracies are the same on every machine.
 */
public final class CompressionBenchmark implements Benchmark {
  private static final String PLAIN = "{}";

  private final Storage storage;

  public CompressionBenchmark(Storage storage) {
    this.storage = storage;
  }

  @Override
  public String name() {
    return "compression";
  }

  @Override
  public String measures() {
    return "Bytes that all ranks together send in a step, over sockets, with each value of"
        + " training.exchange, and accuracy on the test part after the last epoch, mean of the"
        + " seeds; points is the difference to all gradients as they are";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/mnist-mlp.yaml");
    options.put("ranks", "4");
    options.put("epochs", "10");
    options.put("test", "0.3");
    options.put("seeds", "1,2,3");
    options.put(
        "exchanges",
        String.join(
            "; ",
            "{precision: bfloat16}",
            "{sparsify: threshold}",
            "{precision: bfloat16, sparsify: threshold}",
            "{sparsify: top-k}",
            "{precision: bfloat16, sparsify: top-k}"));
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    NativeThreads.useOnePerOperation();
    List<String> exchanges = new ArrayList<>(List.of(PLAIN));
    Arrays.stream(setting.options().get("exchanges").split(";"))
        .map(String::strip)
        .filter(exchange -> !exchange.isEmpty())
        .forEach(exchanges::add);
    PreparedDataset dataset = prepare(setting);
    List<Figures> figures =
        exchanges.stream().map(exchange -> meanOfSeeds(setting, dataset, exchange)).toList();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < exchanges.size(); i++) {
      rows.add(row(exchanges.get(i), figures.get(i), figures.get(0)));
    }
    return rows;
  }

  /** What a training ends with. */
  private record Figures(double bytesOfStep, double loss, double accuracy) {}

  private static Row row(String exchange, Figures figures, Figures plain) {
    return Row.of("training.exchange", exchange)
        .and("bytes/step", figures.bytesOfStep())
        .and("times fewer", plain.bytesOfStep() / figures.bytesOfStep())
        .and("train loss", figures.loss())
        .and("accuracy", figures.accuracy())
        .and("points", 100 * (figures.accuracy() - plain.accuracy()));
  }

  private PreparedDataset prepare(Setting setting) {
    try (SparkSession spark = SparkSessions.open("local[*]", "bench-compression")) {
      return new Preparation(spark, storage, setting.progress())
          .prepare(job(setting, 1, PLAIN), setting.scratch().resolve("data").toString());
    }
  }

  private Figures meanOfSeeds(Setting setting, PreparedDataset dataset, String exchange) {
    List<Integer> seeds = setting.numbers("seeds", 1);
    double bytes = 0;
    double loss = 0;
    double accuracy = 0;
    for (int seed : seeds) {
      setting.progress().status("%s, seed %d".formatted(exchange, seed));
      Figures figures = train(setting, dataset, job(setting, seed, exchange));
      bytes += figures.bytesOfStep() / seeds.size();
      loss += figures.loss() / seeds.size();
      accuracy += figures.accuracy() / seeds.size();
    }
    return new Figures(bytes, loss, accuracy);
  }

  private Figures train(Setting setting, PreparedDataset dataset, JobConfig job) {
    String network =
        NetworkBuilder.build(job.model(), job.training(), dataset.manifest().schema()).toJson();
    TrainingPlan plan =
        ComputeTrial.choose(
            storage, TrainingPlan.fresh(job, dataset.manifest(), dataset.directory(), network));
    return LoopbackRanks.run(setting.number("ranks"), plan.lanes(), group -> train(plan, group));
  }

  private Figures train(TrainingPlan plan, ProcessGroup group) {
    Epochs epochs = new Epochs(new ArrayList<>());
    try (RankTraining training = new RankTraining(plan, storage, group, System::nanoTime)) {
      TrainingResult result = training.run(epochs, copy -> {});
      return new Figures(
          (double) epochs.bytes() / result.steps(),
          epochs.reports.get(epochs.reports.size() - 1).trainLoss(),
          result.test().flatMap(Metrics::accuracy).orElseThrow(CompressionBenchmark::noAccuracy));
    }
  }

  private static LockstepException noAccuracy() {
    return new LockstepException(
        FailureKind.CONFIG,
        "Cannot tell the accuracy of the job: its label has no classes, or it has no test part");
  }

  private JobConfig job(Setting setting, int seed, String exchange) {
    return JobFile.read(
        storage,
        setting.options().get("job"),
        List.of(
            "data.test=" + setting.options().get("test"),
            "data.validation=none",
            "training.epochs=" + setting.number("epochs"),
            "training.seed=" + seed,
            "training.exchange=" + exchange));
  }

  /** Keeps what is reported of epochs. */
  private record Epochs(List<EpochReport> reports) implements TrainingObserver {
    @Override
    public void stepDone(StepReport step) {}

    @Override
    public void epochDone(EpochReport epoch) {
      reports.add(epoch);
    }

    long bytes() {
      return reports.stream()
          .flatMap(report -> report.exchangeBytes().stream())
          .mapToLong(bytes -> bytes.sent())
          .sum();
    }
  }
}
