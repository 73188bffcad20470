package dev.lockstep.driver.cli;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.InlineJob;
import dev.lockstep.driver.cluster.Places;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say which job a command is about and where its run lies. */
final class JobOptions {
  private static final String INLINE = "--inline-job";

  @ArgGroup(multiplicity = "1")
  private Source source;

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

  /** Where the job is read from. */
  private static final class Source {
    @Option(
        names = "--job",
        required = true,
        paramLabel = "FILE",
        description = "The job file; its keys are explained in conf/README.md")
    private String file;

    @Option(
        names = INLINE,
        required = true,
        hidden = true,
        paramLabel = "TEXT",
        description = "The job itself, as a driver on the cluster is given it")
    private String inline;
  }

  /**
   * The job, checked and with the overrides in it. It is this host's where no scheme says
   * otherwise, like the files that spark-submit is given; the data that it names are not.
   */
  JobConfig read(Storage storage) {
    return source.inline == null
        ? JobFile.read(storage.localByDefault(), source.file, overrides)
        : InlineJob.read(source.inline);
  }

  /**
   * Hands the command to a cluster. A driver there is given the job itself: it shares no folder
   * with the host that has the file.
   *
   * @param done what is left to do once a driver on the cluster has come to a good end
   */
  int submit(
      Submission submission, JobConfig job, Storage storage, CommandSpec command, Runnable done) {
    Places places = new Places(storage).add(job.data()).add("--run", runOf(job).root());
    job.model().from().ifPresent(other -> places.add("model.from", other));
    ForwardedArguments arguments = ForwardedArguments.of(command);
    if (submission.onCluster()) {
      arguments =
          arguments
              .without("--job", "--set")
              .with(INLINE, InlineJob.write(job))
              .with("--run", runOf(job).root());
    }
    return submission.submit(job.job(), job.cluster(), places, arguments, done);
  }

  RunDirectory runOf(JobConfig job) {
    return new RunDirectory(run.orElse("runs/" + job.job()));
  }
}
