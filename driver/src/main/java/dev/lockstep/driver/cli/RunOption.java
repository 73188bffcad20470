package dev.lockstep.driver.cli;

import dev.lockstep.common.run.RunDirectory;
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

  /** A name for what is done with the run: the last part of its path. */
  String name() {
    return run().root().replaceFirst(".*/", "");
  }
}
