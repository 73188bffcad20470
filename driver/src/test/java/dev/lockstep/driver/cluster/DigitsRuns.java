package dev.lockstep.driver.cluster;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs of {@code conf/digits.yaml} as processes of their own, on data that the first of them
 * prepares for all. As a user does, they name folders relative to the one they are started in.
 *
 * @param work folder of the runs and of their common data
 */
record DigitsRuns(Path work) {
  private static final Path ROOT = LockstepProcess.ROOT;
  private static final Path SCRIPT = ROOT.resolve("scripts/lockstep");
  private static final String PREPARED = "prepared";
  private static final String KERNELS = "OPENBLAS_CORETYPE";

  /** Trains on threads of one JVM. */
  LockstepProcess onThreads(String run, String... more) throws IOException {
    List<String> words = line(run, PREPARED, List.of("--master", "local[2]"));
    words.addAll(List.of(more));
    return start(words, Map.of());
  }

  /** Trains on a thread, by kernels of the caller's choice. */
  LockstepProcess byKernels(String kernels, String run, String... more) throws IOException {
    List<String> words = line(run, PREPARED, List.of("--master", "local[1]"));
    words.addAll(List.of(more));
    return LockstepProcess.start(
        SCRIPT,
        work,
        work,
        environment(Map.of(), Map.of(KERNELS, kernels)),
        words.toArray(String[]::new));
  }

  /** Trains on a cluster with two workers, each by the kernels that its host takes by itself. */
  LockstepProcess byKernelsOfHosts(TestCluster cluster, String run, String... more)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("-u", KERNELS, SCRIPT.toString()));
    words.addAll(onCluster(cluster, DeployMode.CLIENT, run, more));
    return LockstepProcess.start(
        Path.of("env"),
        work,
        work,
        environment(cluster.environment(), Map.of()),
        words.toArray(String[]::new));
  }

  /** Trains on a cluster, with two workers where the caller does not say otherwise. */
  LockstepProcess on(TestCluster cluster, DeployMode mode, String run, String... more)
      throws IOException {
    return start(onCluster(cluster, mode, run, more), cluster.environment());
  }

  private List<String> onCluster(TestCluster cluster, DeployMode mode, String run, String... more) {
    boolean travels = mode == DeployMode.CLUSTER; // and finds nothing by a relative path
    List<String> words =
        line(
            run,
            travels ? work.resolve(PREPARED).toString() : PREPARED,
            List.of("--master", cluster.master(), "--deploy-mode", mode.toString()));
    words.addAll(List.of("--set", "cluster={workers: 2, memory-per-worker: 1g}"));
    words.addAll(cluster.options());
    words.addAll(List.of(more));
    return words;
  }

  /** Measures a run on its test part on a cluster, to end with one JSON document. */
  LockstepProcess evaluateOn(TestCluster cluster, DeployMode mode, String run) throws IOException {
    List<String> words = new ArrayList<>(List.of("evaluate", "--master", cluster.master()));
    words.addAll(List.of("--deploy-mode", mode.toString(), "--run", run, "--json"));
    words.addAll(cluster.options());
    return start(words, cluster.environment());
  }

  RunDirectory directory(String run) {
    return new RunDirectory(work.resolve(run).toString());
  }

  /** What a run says of itself, once it says anything. */
  Optional<RunReport> report(String run) throws IOException {
    Path file = Path.of(directory(run).report());
    return Files.exists(file)
        ? Optional.of(Json.read(Files.readString(file), RunReport.class, file.toString()))
        : Optional.empty();
  }

  /** Epochs that a run has reported. */
  int epochs(String run) throws IOException {
    return report(run).map(report -> report.epochs().size()).orElse(0);
  }

  /** The sentences of a run's events. */
  List<String> events(String run) throws IOException {
    return report(run).stream()
        .flatMap(report -> report.events().stream())
        .map(RunEvent::message)
        .toList();
  }

  /** A file of the training part of the data that all runs share. */
  Path trainingShard() throws IOException {
    try (Stream<Path> files = Files.walk(work.resolve(PREPARED))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("train-"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** The checkpoints of a run that the log names. */
  List<CommittedCheckpoint> checkpoints(String run) {
    return new CheckpointCatalog(new Storage(Map.of()), directory(run)).list(event -> {});
  }

  private List<String> line(String run, String prepared, List<String> where) {
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(where);
    words.addAll(List.of("--job", ROOT.resolve("conf/digits.yaml").toString()));
    words.addAll(List.of("--run", run));
    words.addAll(List.of("--set", "data.train=" + ROOT.resolve("conf/digits.csv")));
    words.addAll(List.of("--set", "data.prepared=" + prepared));
    return words;
  }

  private LockstepProcess start(List<String> words, Map<String, String> environment)
      throws IOException {
    // other bits than by what a host takes by itself
    Map<String, String> all = environment(environment, Map.of(KERNELS, "Nehalem"));
    return LockstepProcess.start(SCRIPT, work, work, all, words.toArray(String[]::new));
  }

  private Map<String, String> environment(
      Map<String, String> cluster, Map<String, String> kernels) {
    Map<String, String> all = new HashMap<>(cluster);
    all.put("TMPDIR", work.toString());
    all.putAll(kernels);
    return all;
  }
}
