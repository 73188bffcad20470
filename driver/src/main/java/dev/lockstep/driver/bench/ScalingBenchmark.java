package dev.lockstep.driver.bench;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.training.TrainingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * What it costs that ranks are connected: the same loop, with one lane a rank and one thread a
 * rank, on ranks that exchange and on as many replicas that know nothing of each other.
 *
 * <p>The cases take turns, round after round, so that a machine that slows down slows all of them.
 */
public final class ScalingBenchmark implements Benchmark {
  private static final String UNCONNECTED = "unconnected replicas";
  private static final int SAMPLES_A_LANE = 128;

  private final Storage storage;

  public ScalingBenchmark(Storage storage) {
    this.storage = storage;
  }

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public String measures() {
    return "Samples a second of training, "
        + SAMPLES_A_LANE
        + " samples a lane, one lane and one thread a rank; ratio is that to the unconnected"
        + " replicas of the same round";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/mnist-mlp.yaml");
    options.put("ranks", "2");
    options.put("rounds", "7");
    options.put("epochs", "4");
    options.put("optimizer", "sgd");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    NativeThreads.useOnePerOperation();
    PreparedDataset dataset = prepare(setting);
    int ranks = setting.number("ranks");
    Map<String, ReplicaRun> cases = new LinkedHashMap<>();
    cases.put("one replica alone", replicas(setting, dataset, 1));
    cases.put(UNCONNECTED, replicas(setting, dataset, ranks));
    cases.put("gradient sharing", connected(setting, dataset, ranks, "gradient-sharing"));
    cases.put(
        "parameter averaging every 10",
        connected(setting, dataset, ranks, "{parameter-averaging: {every: 10}}"));
    return rows(measure(setting, cases));
  }

  private Map<String, List<Double>> measure(Setting setting, Map<String, ReplicaRun> cases) {
    Map<String, List<Double>> pace = new LinkedHashMap<>();
    for (int round = 0; round <= setting.number("rounds"); round++) {
      for (Map.Entry<String, ReplicaRun> entry : cases.entrySet()) {
        double samplesPerSecond = entry.getValue().samplesPerSecond();
        setting
            .progress()
            .status(
                "round %d: %s, %,.0f samples/s".formatted(round, entry.getKey(), samplesPerSecond));
        if (round > 0) { // the first round warms the JVM
          pace.computeIfAbsent(entry.getKey(), key -> new ArrayList<>()).add(samplesPerSecond);
        }
      }
    }
    return pace;
  }

  private static List<Row> rows(Map<String, List<Double>> pace) {
    List<Double> unconnected = pace.get(UNCONNECTED);
    return pace.entrySet().stream()
        .map(
            entry -> {
              List<Double> own = entry.getValue();
              Spread samples = Spread.of(own);
              Spread ratio =
                  Spread.of(
                      IntStream.range(0, own.size())
                          .mapToObj(i -> own.get(i) / unconnected.get(i))
                          .toList());
              return Row.of("case", entry.getKey())
                  .and("samples/s", samples.median())
                  .and("slowest", samples.least())
                  .and("fastest", samples.greatest())
                  .and("ratio", ratio.median())
                  .and("least ratio", ratio.least())
                  .and("greatest ratio", ratio.greatest());
            })
        .toList();
  }

  private ReplicaRun replicas(Setting setting, PreparedDataset dataset, int replicas) {
    JobConfig job = job(setting, SAMPLES_A_LANE, "gradient-sharing");
    List<TrainingPlan> plans =
        IntStream.range(0, replicas)
            .mapToObj(replica -> plan(job, dataset, part(dataset.manifest(), replica, setting)))
            .toList();
    return new ReplicaRun(storage, plans, 1);
  }

  private ReplicaRun connected(
      Setting setting, PreparedDataset dataset, int ranks, String combine) {
    JobConfig job = job(setting, SAMPLES_A_LANE * ranks, combine);
    return new ReplicaRun(storage, List.of(plan(job, dataset, dataset.manifest().train())), ranks);
  }

  private static TrainingPlan plan(JobConfig job, PreparedDataset dataset, Split train) {
    DatasetManifest whole = dataset.manifest();
    DatasetManifest manifest =
        new DatasetManifest(whole.formatVersion(), whole.schema(), train, Split.EMPTY, Split.EMPTY);
    String network = NetworkBuilder.build(job.model(), job.training(), whole.schema()).toJson();
    return new TrainingPlan(job, manifest, dataset.directory(), network);
  }

  /**
   * As many samples as a rank has of the whole, so that both do equally many steps of equal size.
   */
  private static Split part(DatasetManifest manifest, int part, Setting setting) {
    int parts = setting.number("ranks");
    var shards =
        manifest.train().shards().stream()
            .map(shard -> ShardPart.of(shard, part % parts, parts))
            .toList();
    return new Split(shards.stream().mapToLong(shard -> shard.samples()).sum(), shards);
  }

  private PreparedDataset prepare(Setting setting) {
    JobConfig job = job(setting, SAMPLES_A_LANE, "gradient-sharing");
    try (SparkSession spark = SparkSessions.open("local[*]", "bench-scaling")) {
      return new Preparation(spark, storage, setting.progress())
          .prepare(job, setting.scratch().resolve("data").toString());
    }
  }

  private JobConfig job(Setting setting, int globalBatchSize, String combine) {
    return JobFile.read(
        storage,
        setting.options().get("job"),
        List.of(
            "data.test=none",
            "data.validation=none",
            "training.epochs=" + setting.number("epochs"),
            "training.global-batch-size=" + globalBatchSize,
            "training.microbatch-size=" + SAMPLES_A_LANE,
            "training.optimizer=" + setting.options().get("optimizer"),
            "training.combine=" + combine));
  }
}
