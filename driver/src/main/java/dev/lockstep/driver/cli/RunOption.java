package dev.lockstep.driver.cli;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.TrainedRun;
import picocli.CommandLine.Option;

/** The option that names a run that has been trained. */
final class RunOption {
  @Option(
      names = "--run",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the run, any Hadoop path")
  private String directory;

  RunDirectory run() {
    return new RunDirectory(directory);
  }

  /**
   * What the run was trained on.
   *
   * @throws LockstepException of kind CONFIG where there is no run
   */
  ClusterConfig cluster(Storage storage) {
    return TrainedRun.description(storage, run()).config().cluster();
  }

  /** A name for what is done with the run: the last part of its path. */
  String name() {
    return run().root().replaceFirst(".*/", "");
  }
}
