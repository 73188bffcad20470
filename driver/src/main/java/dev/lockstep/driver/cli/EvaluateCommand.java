package dev.lockstep.driver.cli;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.Places;
import dev.lockstep.driver.evaluation.Evaluation;
import dev.lockstep.driver.evaluation.EvaluationResult;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how well the model of a run does. */
@Command(
    name = "evaluate",
    description = "Measures the model of a run on its test part, or on other data with labels.",
    footer = {
      "",
      "Examples:",
      "  lockstep evaluate --run runs/digits",
      "  lockstep evaluate --run runs/digits --data new.csv --json"
    })
final class EvaluateCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private RunOption run;
  @Mixin private ClusterOptions cluster;
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "File, folder or glob in the format of the job's data (default: its test part)")
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      description =
          "Measure the run as it was at a checkpoint, one that 'lockstep checkpoints' lists")
  private Optional<String> checkpoint = Optional.empty();

  EvaluateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Storage storage = context.storage(cluster);
    Optional<Submission> submission = context.submission(cluster);
    if (submission.isPresent()) {
      return submit(submission.get(), storage);
    }
    EvaluationResult result =
        context.onCancellableSpark(
            cluster,
            run.name(),
            spark -> evaluate(new Evaluation(spark, storage, context.console().progress())));
    context.console().result(json.text(result, EvaluationResult::text));
    return 0;
  }

  private EvaluationResult evaluate(Evaluation evaluation) {
    return checkpoint
        .map(name -> evaluation.evaluate(run.run(), name, data))
        .orElseGet(() -> evaluation.evaluate(run.run(), data));
  }

  private int submit(Submission submission, Storage storage) {
    Places places = new Places(storage).add("--run", run.run().root());
    data.ifPresent(path -> places.add("--data", path));
    return submission.submit(
        run.name(), run.cluster(storage), places, ForwardedArguments.of(spec), () -> {});
  }
}
