package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.training.ComputeTrial;
import dev.lockstep.worker.training.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * What is trained: the prepared data of the job, whole or in as many parts as there are ranks, with
 * one lane a rank.
 */
public final class ScalingPlans {
  /** Samples of a microbatch, which is all that a lane sees of a step. */
  public static final int SAMPLES = 128;

  /** The first epoch warms up. */
  private static final int LEAST_EPOCHS = 2;

  private final Storage storage;
  private final Setting setting;
  private final int ranks;
  private final PreparedDataset dataset;

  private ScalingPlans(Storage storage, Setting setting) {
    this.storage = storage;
    this.setting = setting;
    this.ranks = setting.number("ranks");
    JobConfig job = job(SAMPLES, "gradient-sharing");
    try (SparkSession spark = SparkSessions.open("local[*]", "bench-scaling")) {
      this.dataset =
          new Preparation(spark, storage, setting.progress())
              .prepare(job, setting.scratch().resolve("data").toString());
    }
  }

  /** Prepares the data of the job, all of it for training. */
  public static ScalingPlans prepare(Storage storage, Setting setting) {
    return new ScalingPlans(storage, setting);
  }

  /**
   * Plans of replicas that know nothing of each other. Each has as many samples as a rank has of
   * the whole, so that both do equally many steps of equal size.
   */
  List<TrainingPlan> unconnected(int replicas) {
    JobConfig job = job(SAMPLES, "gradient-sharing");
    return IntStream.range(0, replicas).mapToObj(replica -> plan(job, part(replica))).toList();
  }

  /**
   * The plan of ranks that train together.
   *
   * @param combine value of {@code training.combine}
   */
  TrainingPlan connected(String combine) {
    return plan(job(SAMPLES * ranks, combine), dataset.manifest().train());
  }

  /**
   * The plan of ranks that share gradients.
   *
   * @param overlap value of {@code cluster.overlap}
   */
  public TrainingPlan sharing(String overlap) {
    JobConfig job = job(SAMPLES * ranks, "gradient-sharing", "cluster.overlap=" + overlap);
    return plan(job, dataset.manifest().train());
  }

  private TrainingPlan plan(JobConfig job, Split train) {
    DatasetManifest whole = dataset.manifest();
    DatasetManifest manifest =
        new DatasetManifest(whole.formatVersion(), whole.schema(), train, Split.EMPTY, Split.EMPTY);
    String network = NetworkBuilder.build(job.model(), job.training(), whole.schema()).toJson();
    return ComputeTrial.choose(
        storage, TrainingPlan.fresh(job, manifest, dataset.directory(), network));
  }

  private Split part(int replica) {
    var shards =
        dataset.manifest().train().shards().stream()
            .map(shard -> ShardPart.of(shard, replica % ranks, ranks))
            .toList();
    return new Split(shards.stream().mapToLong(shard -> shard.samples()).sum(), shards);
  }

  private JobConfig job(int globalBatchSize, String combine, String... more) {
    List<String> overrides = new ArrayList<>(List.of(more));
    overrides.addAll(
        List.of(
            "data.test=none",
            "data.validation=none",
            "training.epochs=" + setting.number("epochs", LEAST_EPOCHS),
            "training.global-batch-size=" + globalBatchSize,
            "training.microbatch-size=" + SAMPLES,
            "training.optimizer=" + setting.options().get("optimizer"),
            "training.combine=" + combine));
    return JobFile.read(storage, setting.options().get("job"), overrides);
  }
}
