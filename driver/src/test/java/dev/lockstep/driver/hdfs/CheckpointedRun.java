package dev.lockstep.driver.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cluster.ClusterProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;

/** A run on HDFS: its storage, its drivers, and what they were told. */
final class CheckpointedRun {
  static final Duration LONG = Duration.ofSeconds(60);
  static final Duration SHORT = Duration.ofSeconds(2);

  final Storage storage;
  final RunDirectory directory;
  final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final HdfsCluster hdfs;

  private CheckpointedRun(HdfsCluster hdfs, Map<String, String> settings) {
    this.hdfs = hdfs;
    storage = new Storage(settings);
    directory = new RunDirectory(hdfs.folder());
  }

  /** A new one. */
  static CheckpointedRun on(HdfsCluster hdfs) {
    return new CheckpointedRun(hdfs, hdfs.settings());
  }

  /** A new one, of whose blocks there are so many copies. */
  static CheckpointedRun on(HdfsCluster hdfs, int replication) {
    return new CheckpointedRun(hdfs, hdfs.settings(replication));
  }

  /** A new driver, which takes the run over. */
  CommittingDriver driver(Duration budget) {
    return CommittingDriver.start(storage, directory, budget, events::add);
  }

  /** How many checkpoints a new driver commits before another takes the run over. */
  private int commits(int wanted) {
    int commits = 0;
    try {
      for (CommittingDriver driver = driver(LONG); commits < wanted; commits++) {
        driver.commitNext();
      }
    } catch (LockstepException e) {
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(FailureKind.FENCED);
    }
    return commits;
  }

  /** How many checkpoints each of two new drivers at once commits of those that are wanted. */
  List<Integer> race(int wanted) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<Integer> race = () -> commits(wanted);
      List<Future<Integer>> both = threads.invokeAll(List.of(race, race));
      return List.of(both.get(0).get(), both.get(1).get());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Lets the run take so many bytes, all copies counted. */
  void limitSpace(long bytes) throws IOException {
    hdfs.administer(
        root -> {
          root.setQuota(new org.apache.hadoop.fs.Path(root()), Long.MAX_VALUE, bytes);
          return null;
        });
  }

  void awaitEvent(String pattern) {
    Awaitility.await().atMost(LONG).until(() -> events.stream().anyMatch(e -> e.matches(pattern)));
  }

  /** A driver as a process of its own, committing one checkpoint after the other. */
  ClusterProcess process(String name, Path work) throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            CommittingDriver.class.getName(),
            root()));
    hdfs.settings().forEach((key, value) -> words.add(key + "=" + value));
    return ClusterProcess.start(name, work, Map.of(), words);
  }

  /** The name of the checkpoint that a driver restores. */
  String restored(CommittingDriver driver) {
    return driver.store().restore(events::add).orElseThrow().name();
  }

  /** The same, for a new driver. */
  String restored() {
    return restored(driver(LONG));
  }

  String root() {
    return directory.root();
  }

  /** Names of the checkpoints that are there. */
  List<String> committed() {
    return storage.names(directory.checkpoints());
  }

  /** Names of what is staged and not committed. */
  List<String> staged() {
    return storage.names(directory.staging());
  }

  /** The numbers of the drivers that wrote the entries of the commit log. */
  List<Integer> driverEpochs() throws IOException {
    return new RunLog(storage, directory).driverEpochs();
  }
}
