package dev.lockstep.driver.cli;

import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.model.CheckpointModel;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.predict.TrainedRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a model of a checkpoint. */
@Command(
    name = "export",
    description = {
      "Writes the network of a checkpoint as a model.",
      "The folder holds model.zip, which plain Deeplearning4j opens, its schema and preprocessing."
    },
    footer = {
      "",
      "Example:",
      "  lockstep export --run runs/digits --checkpoint r00000003-00000000-e00000001-5bd0c1f2 \\",
      "    --output models/digits-2"
    })
final class ExportCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private RunOption run;
  @Mixin private KerberosOptions kerberos;

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "NAME",
      description = "One that 'lockstep checkpoints' lists")
  private String checkpoint;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder that is to be made, any Hadoop path")
  private String output;

  ExportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Storage storage = context.storage(kerberos);
    RunDirectory directory = run.run();
    RunDescription description = TrainedRun.description(storage, directory);
    ModelFiles.export(
        storage,
        CheckpointModel.read(
            storage, description, directory, checkpoint, context.console()::message),
        output);
    context.console().result("Exported %s to %s".formatted(checkpoint, storage.qualify(output)));
    return 0;
  }
}
