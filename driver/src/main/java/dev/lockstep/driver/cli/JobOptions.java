package dev.lockstep.driver.cli;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which job a command is about and where its run lies. */
final class JobOptions {
  @Option(
      names = "--job",
      required = true,
      paramLabel = "FILE",
      description = "The job file; its keys are explained in conf/README.md")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Override a key of the job file, as in training.epochs=3; the value is YAML. Repeatable")
  private List<String> overrides = List.of();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Directory of the run, any Hadoop path (default: runs/ and the job's name)")
  private Optional<String> run = Optional.empty();

  /** The job, checked and with the overrides in it. */
  JobConfig read(Storage storage) {
    return JobFile.read(storage, file, overrides);
  }

  RunDirectory runOf(JobConfig job) {
    return new RunDirectory(run.orElse("runs/" + job.job()));
  }
}
