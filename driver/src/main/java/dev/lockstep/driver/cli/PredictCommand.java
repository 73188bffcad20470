package dev.lockstep.driver.cli;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.Places;
import dev.lockstep.driver.predict.Prediction;
import dev.lockstep.driver.predict.PredictionResult;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Applies the model of a run to new rows. */
@Command(
    name = "predict",
    description = {
      "Writes the rows of the input with what the model of a run says about each.",
      "A row that cannot be predicted is kept, counted and named."
    },
    footer = {
      "",
      "Examples:",
      "  lockstep predict --run runs/digits --input new.csv --output predictions",
      "  lockstep predict --run runs/digits --input 'days/*.csv.gz' --output days.parquet"
    })
final class PredictCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private RunOption run;
  @Mixin private ClusterOptions cluster;
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "File, folder or glob in the format of the job's data; labels may be missing")
  private String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "A new folder; Parquet where its name ends in .parquet, else CSV")
  private String output;

  PredictCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Storage storage = context.storage(cluster);
    Optional<Submission> submission = context.submission(cluster);
    if (submission.isPresent()) {
      return submit(submission.get(), storage);
    }
    PredictionResult result =
        context.onCancellableSpark(
            cluster,
            run.name(),
            spark ->
                new Prediction(spark, storage, context.console().progress())
                    .predict(run.run(), input, output));
    context.console().result(json.text(result, PredictionResult::text));
    return 0;
  }

  private int submit(Submission submission, Storage storage) {
    Places places =
        new Places(storage)
            .add("--run", run.run().root())
            .add("--input", input)
            .add("--output", output);
    return submission.submit(
        run.name(), run.cluster(storage), places, ForwardedArguments.of(spec), () -> {});
  }
}
