package dev.lockstep.driver.cli;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.Training;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the network of a job. */
@Command(
    name = "train",
    description = {
      "Trains the network of a job and leaves model and report in the run's directory.",
      "The same job gives the same weights, bit for bit, whatever the number of workers.",
      "A run that was interrupted or has failed goes on from its last checkpoint; one that is",
      "complete is not trained again, but goes on where the job asks for more epochs."
    },
    footer = {
      "",
      "Examples:",
      "  lockstep train --job conf/digits.yaml",
      "  lockstep train --job conf/digits.yaml --set training.epochs=3 --run runs/3",
      "  lockstep train --job conf/adult.yaml --master local[2] --json"
    })
final class TrainCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private JobOptions job;
  @Mixin private ClusterOptions cluster;
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Option(
      names = "--new-run",
      description = "Set a run aside that the directory holds already, and start anew")
  private boolean newRun;

  @Option(
      names = "--accept-data-change",
      description =
          "Go on with a run although its data has changed: the unfinished epoch begins again")
  private boolean acceptDataChange;

  TrainCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Storage storage = context.storage(cluster);
    JobConfig config = job.read(storage);
    RunDirectory run = job.runOf(config);
    Optional<Submission> submission = context.submission(cluster);
    if (submission.isPresent()) {
      return submit(submission.get(), config, storage, run);
    }
    RunReport report =
        context.onSpark(cluster, config.job(), spark -> train(spark, storage, config, run));
    show(report, run);
    return 0;
  }

  /** What a driver on the cluster cannot tell here, its report does. */
  private int submit(Submission submission, JobConfig config, Storage storage, RunDirectory run) {
    DriverReport report = new DriverReport(storage, run);
    try {
      return job.submit(
          submission,
          config,
          storage,
          spec,
          () -> report.read().ifPresent(done -> show(done, run)));
    } catch (LockstepException e) {
      throw report.explain(e);
    }
  }

  private void show(RunReport report, RunDirectory run) {
    context.console().result(json.text(report, done -> TrainText.of(done, run)));
  }

  private RunReport train(SparkSession spark, Storage storage, JobConfig config, RunDirectory run) {
    Training.Existing existing = newRun ? Training.Existing.SET_ASIDE : Training.Existing.KEEP;
    Training.ChangedData changedData =
        acceptDataChange ? Training.ChangedData.ACCEPT : Training.ChangedData.REFUSE;
    return new Training(
            spark, storage, context.console().progress(), context.stop(), context.clock())
        .run(config, run, existing, changedData);
  }
}
