package dev.lockstep.driver.hdfs;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs of {@code conf/digits.yaml} as processes of their own, which keep their runs on HDFS and
 * share data on local disk.
 *
 * @param work folder of the data and of what the processes print
 * @param conf site files of the HDFS
 * @param settings for a client without them
 */
record HdfsRuns(Path work, Path conf, Map<String, String> settings) {
  private static final Path ROOT = LockstepProcess.ROOT;
  private static final List<String> THREADS = List.of("--master", "local[2]");

  /** Trains a run on local disk, where no HDFS disturbs it. */
  static LockstepProcess onDisk(Path work, String... more) throws IOException {
    return start(work, THREADS, work.resolve("undisturbed").toString(), Map.of(), more);
  }

  /** Trains a run on HDFS, on threads of one JVM. */
  LockstepProcess start(RunDirectory run, String... more) throws IOException {
    return start(work, THREADS, run.root(), Map.of("HADOOP_CONF_DIR", conf.toString()), more);
  }

  /** Trains a run on HDFS, on a cluster whose processes have no site files. */
  LockstepProcess startOn(TestCluster cluster, RunDirectory run, String... more)
      throws IOException {
    List<String> where = new ArrayList<>(List.of("--master", cluster.master()));
    where.addAll(List.of("--set", "cluster={workers: 2, memory-per-worker: 1g}"));
    where.addAll(cluster.options());
    Map<String, String> environment = new HashMap<>(cluster.environment());
    environment.put("HADOOP_CONF_DIR", conf.toString());
    return start(work, where, run.root(), environment, more);
  }

  /** What a run says of itself; empty where it has not said anything. */
  Optional<RunReport> report(RunDirectory run) {
    Storage storage = new Storage(settings);
    return storage.exists(run.report())
        ? Optional.of(Json.read(storage.readText(run.report()), RunReport.class, run.report()))
        : Optional.empty();
  }

  /** Rows of the table of epochs that a process has printed. */
  static long epochs(LockstepProcess train) {
    return train.err().stream().filter(line -> line.strip().matches("\\d+/\\d+ .*")).count();
  }

  private static LockstepProcess start(
      Path work, List<String> where, String run, Map<String, String> environment, String... more)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("train", "--json"));
    words.addAll(where);
    words.addAll(List.of("--job", ROOT.resolve("conf/digits.yaml").toString(), "--run", run));
    words.addAll(List.of("--set", "data.train=file://" + ROOT.resolve("conf/digits.csv")));
    words.addAll(List.of("--set", "data.prepared=file://" + work.resolve("prepared")));
    words.addAll(List.of("--set", "checkpoint.every=20 steps"));
    words.addAll(List.of(more));
    return LockstepProcess.start(
        ROOT.resolve("scripts/lockstep"),
        work,
        Files.createDirectories(work.resolve("streams")),
        environment,
        words.toArray(String[]::new));
  }
}
