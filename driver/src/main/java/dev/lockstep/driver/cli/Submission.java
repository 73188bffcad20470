package dev.lockstep.driver.cli;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.ClusterRules;
import dev.lockstep.driver.cluster.DeployMode;
import dev.lockstep.driver.cluster.Master;
import dev.lockstep.driver.cluster.NativeKernels;
import dev.lockstep.driver.cluster.Places;
import dev.lockstep.driver.cluster.SubmitLine;
import dev.lockstep.driver.cluster.SubmittedDriver;
import dev.lockstep.driver.cluster.UserSettings;
import dev.lockstep.driver.resources.StopSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A command on its way to a cluster: its line for spark-submit, shown, handed on or followed. */
final class Submission {
  /** Options whose values are paths. */
  private static final String[] PATHS = {"--run", "--data", "--input", "--output"};

  private final Console console;
  private final StopSignal stop;
  private final Launcher launcher;
  private final Storage storage;
  private final ClusterOptions options;
  private final Master master;

  private Submission(
      Console console,
      StopSignal stop,
      Launcher launcher,
      Storage storage,
      ClusterOptions options) {
    this.storage = storage;
    this.console = console;
    this.stop = stop;
    this.launcher = launcher;
    this.options = options;
    this.master = options.master();
  }

  /**
   * The submission of a command; empty where this JVM runs the command itself.
   *
   * @throws LockstepException of kind CONFIG where options for a cluster have none
   */
  static Optional<Submission> of(
      Console console,
      StopSignal stop,
      Launcher launcher,
      Storage storage,
      ClusterOptions options) {
    if (options.master().isCluster() && launcher.jobJar().isPresent()) {
      return Optional.of(new Submission(console, stop, launcher, storage, options));
    }
    refuse(options.dryRun(), "--dry-run", options);
    refuse(options.mode() == DeployMode.CLUSTER, "--deploy-mode cluster", options);
    return Optional.empty();
  }

  /** Whether the driver runs on the cluster, away from this host's files and folders. */
  boolean onCluster() {
    return options.mode() == DeployMode.CLUSTER;
  }

  /**
   * Submits, or shows the line.
   *
   * @param name of the application
   * @param places what the hosts of the cluster read and write
   * @param done what is left to do once a driver on the cluster has come to a good end
   */
  int submit(
      String name,
      ClusterConfig cluster,
      Places places,
      ForwardedArguments arguments,
      Runnable done) {
    SubmitLine.Parts parts = parts(name, cluster, travelling(places, arguments).words());
    ClusterRules.check(master, options.mode(), parts.user(), launcher.environment());
    SubmitLine line = SubmitLine.of(parts);
    if (options.dryRun()) {
      console.result(line.shell());
      return 0;
    }
    parts.overruled().forEach(console::message);
    places.warning().ifPresent(console::message);
    if (onCluster()) {
      follow(line);
      done.run();
    } else {
      handOn(line);
    }
    return 0;
  }

  /** A driver on the cluster has no use for paths that are relative to a folder of this host. */
  private ForwardedArguments travelling(Places places, ForwardedArguments arguments) {
    if (!onCluster()) {
      return arguments;
    }
    places.refuseRelative();
    return arguments.map(storage::qualify, PATHS);
  }

  private SubmitLine.Parts parts(String name, ClusterConfig cluster, List<String> arguments) {
    String ofUser = launcher.environment().getOrDefault("LOCKSTEP_JAVA_OPTS", "");
    return new SubmitLine.Parts(
        Path.of(launcher.environment().getOrDefault("SPARK_HOME", "")),
        launcher.jobJar().orElseThrow(),
        "lockstep-" + name,
        master,
        options.mode(),
        cluster,
        ofUser.isBlank() ? List.of() : List.of(ofUser),
        NativeKernels.of(launcher.environment()),
        UserSettings.of(launcher.environment(), options.settings()),
        arguments);
  }

  private void follow(SubmitLine line) {
    try (SubmittedDriver driver = SubmittedDriver.start(line, master)) {
      stop.onRequest(driver::close);
      try {
        driver.await(console.progress());
      } catch (LockstepException e) {
        throw stop.requested()
            ? new LockstepException(FailureKind.INTERRUPTED, driver.whereItGoesOn(), e)
            : e;
      }
    }
  }

  /** The start script takes the line from the file and replaces itself by spark-submit. */
  private void handOn(SubmitLine line) {
    Path file = launcher.line().orElseThrow();
    try {
      Files.writeString(file, String.join("\0", line.words()) + "\0", StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LockstepException(FailureKind.STORAGE, "Cannot write " + file, e);
    }
  }

  private static void refuse(boolean given, String option, ClusterOptions options) {
    if (given) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use '%s' with master '%s': it is for a cluster (--master spark://HOST:PORT or yarn)"
              .formatted(option, options.url()));
    }
  }
}
