package dev.lockstep.driver.cli;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prepares the data of a job, so that training finds it ready. */
@Command(
    name = "prepare",
    description = {
      "Reads the data of a job, fits its preprocessing and writes shuffled shards.",
      "Data that is prepared already and up to date is left as it is."
    },
    footer = {
      "",
      "Examples:",
      "  lockstep prepare --job conf/adult.yaml",
      "  lockstep prepare --job conf/adult.yaml --set data.prepared=hdfs:///prepared/adult"
    })
final class PrepareCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private JobOptions job;
  @Mixin private ClusterOptions cluster;
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  PrepareCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Storage storage = context.storage(cluster);
    JobConfig config = job.read(storage);
    Optional<Submission> submission = context.submission(cluster);
    if (submission.isPresent()) {
      return job.submit(submission.get(), config, storage, spec, () -> {});
    }
    String directory = config.data().prepared().orElse(job.runOf(config).data());
    PreparedDataset dataset =
        context.onCancellableSpark(
            cluster, config.job(), spark -> prepare(spark, storage, config, directory));
    context.console().result(json.text(PreparedSummary.of(dataset), PreparedSummary::text));
    return 0;
  }

  private PreparedDataset prepare(
      SparkSession spark, Storage storage, JobConfig config, String directory) {
    return new Preparation(spark, storage, context.console().progress()).prepare(config, directory);
  }
}
