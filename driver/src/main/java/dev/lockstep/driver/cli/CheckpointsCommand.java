package dev.lockstep.driver.cli;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.failure.Count;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.TrainedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the checkpoints that a run has kept, and reads them through where that is asked for. */
@Command(
    name = "checkpoints",
    description = "Lists the checkpoints of a run; --verify reads and compares every byte of them.",
    footer = {
      "",
      "Examples:",
      "  lockstep checkpoints runs/digits",
      "  lockstep checkpoints runs/digits --verify --json"
    })
final class CheckpointsCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "RUN", description = "Directory of the run, any Hadoop path")
  private String directory;

  @Mixin private JsonOption json;
  @Mixin private KerberosOptions kerberos;

  @Option(names = "--verify", description = "Read every checkpoint and compare it with its digests")
  private boolean verify;

  CheckpointsCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Storage storage = context.storage(kerberos);
    RunDirectory run = new RunDirectory(directory);
    TrainedRun.description(storage, run); // refuses what is no run
    List<String> events = new ArrayList<>();
    List<CommittedCheckpoint> checkpoints = new CheckpointCatalog(storage, run).list(events::add);
    events.forEach(context.console()::message);
    context.console().result(json.text(checkpoints, CheckpointsText::of));
    if (verify) {
      verify(storage, run, checkpoints);
      requireWholeLog(run, events);
    }
    return 0;
  }

  /** A damaged entry may have named a checkpoint. */
  private static void requireWholeLog(RunDirectory run, List<String> events) {
    if (!events.isEmpty()) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Found damage in the commit log of %s: %s".formatted(run.root(), events.get(0)));
    }
  }

  private void verify(Storage storage, RunDirectory run, List<CommittedCheckpoint> checkpoints) {
    List<String> damaged =
        checkpoints.stream().flatMap(checkpoint -> checkpoint.damage(storage).stream()).toList();
    damaged.forEach(context.console()::message);
    if (!damaged.isEmpty()) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Found %d of %d checkpoints of %s damaged (%s); the first: %s"
              .formatted(
                  damaged.size(),
                  checkpoints.size(),
                  run.root(),
                  damaged.size() < checkpoints.size()
                      ? "training goes on from the last that is whole"
                      : "train with --new-run starts anew",
                  damaged.get(0)));
    }
    String all = Count.of(checkpoints.size(), "checkpoint");
    context.console().message("Verified %s of %s: all are whole".formatted(all, run.root()));
  }
}
