package dev.lockstep.driver.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.common.checkpoint.CheckpointFiles;
import dev.lockstep.common.checkpoint.CheckpointStore;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.TransientFailure;
import dev.lockstep.driver.cluster.ClusterProcess;
import dev.lockstep.driver.cluster.HadoopDaemons;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints and what can go wrong with them, on a real NameNode and two DataNodes. */
@Timeout(120)
class HdfsCheckpointIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(2);

  @TempDir static Path work;

  private static HdfsCluster hdfs;

  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private Storage storage;
  private RunDirectory run;

  @BeforeAll
  static void startHdfs() throws IOException {
    HadoopDaemons.assume();
    hdfs = HdfsCluster.start(work, 2);
  }

  @AfterAll
  static void stopHdfs() {
    if (hdfs != null) {
      hdfs.close();
    }
  }

  @BeforeEach
  void openRun() {
    run = new RunDirectory(hdfs.folder());
    storage = new Storage(hdfs.settings());
  }

  /** The next test begins with clients that know of no node's death. */
  @AfterEach
  void heal() throws IOException {
    FileSystem.closeAll();
    hdfs.heal();
  }

  @Test
  void commitsRestoresAndRetires() {
    CommittingDriver driver = driver(LONG);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      names.add(driver.commitNext());
    }

    CommittedCheckpoint restored = driver(LONG).store().restore(events::add).orElseThrow();

    assertThat(restored.name()).isEqualTo(names.get(4));
    assertThat(restored.open(storage).floats(CheckpointFiles.PARAMETERS))
        .hasSize(1000)
        .containsOnly(6);
    assertThat(storage.names(run.checkpoints())).containsExactlyElementsOf(names.subList(2, 5));
    assertThat(storage.names(run.staging())).isEmpty();
    assertThat(storage.readText(run.latest())).isEqualTo(names.get(4) + "\n");
    assertThat(events).isEmpty();
  }

  @Test
  void twoDriversOnOneRunAtOnceLeaveOneHistory() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 5; round++) {
        run = new RunDirectory(hdfs.folder());
        Callable<Integer> race = () -> commits(3);

        List<Future<Integer>> both = threads.invokeAll(List.of(race, race));

        int commits = both.get(0).get() + both.get(1).get();
        assertThat(both.get(0).get() == 3 || both.get(1).get() == 3)
            .as("one of them comes to its end")
            .isTrue();
        List<Integer> epochs = new RunLog(storage, run).driverEpochs();
        assertThat(epochs).isSorted();
        assertThat(epochs.size()).isBetween(commits + 1, commits + 2);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aPausedDriverIsFencedAtItsNextCommitAfterAnotherTookOver() throws Exception {
    ClusterProcess paused = process("paused");
    paused.await(Pattern.compile("committed (\\S+)"));
    paused.pause();
    CommittingDriver second = driver(LONG);
    second.commitNext();
    String latest = second.commitNext();

    paused.resume();

    assertThat(paused.exitCode(LONG)).isEqualTo(FailureKind.FENCED.exitCode());
    assertThat(paused.text().strip().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("Cannot go on with the run in %s: another driver (".formatted(run.root()))
        .endsWith(") took it over");
    assertThat(new RunLog(storage, run).driverEpochs()).isSorted();
    assertThat(second.store().restore(events::add).orElseThrow().name()).isEqualTo(latest);
    second.store().collectOrphans();
    assertThat(storage.names(run.staging())).isEmpty();
    assertThat(storage.names(run.checkpoints())).hasSize(second.store().list().size());
  }

  @Test
  void aDriverThatIsKilledInTheMiddleLosesNothingThatItCommitted() throws Exception {
    ClusterProcess killed = process("killed");
    killed.await(Pattern.compile("(?s)committed .*committed .*committed "));
    killed.kill();

    CommittingDriver next = driver(LONG);

    String text = killed.text();
    List<String> told =
        text.lines()
            .filter(line -> line.startsWith("committed "))
            .map(line -> line.substring("committed ".length()))
            .toList();
    String restored = next.store().restore(events::add).orElseThrow().name();
    assertThat(restored).isGreaterThanOrEqualTo(told.get(told.size() - 1));
    assertThat(storage.names(run.staging())).isEmpty();
    assertThat(next.commitNext()).isGreaterThan(restored);
  }

  @Test
  void aCommitOutlivesANameNodeThatIsAwayForLessThanTheBudget() throws Exception {
    CommittingDriver driver = driver(LONG);
    Staged staged = StagedCheckpoints.small(storage).stage(driver.store(), 7);
    hdfs.nameNode().kill();

    CompletableFuture<CommittedCheckpoint> commit = commitInBackground(driver.store(), staged);
    awaitEvent("Storage failed after .* and is tried again, to commit checkpoint r00000007.*");
    hdfs.nameNode().restart();

    String name = commit.get(60, TimeUnit.SECONDS).name();
    assertThat(driver(LONG).store().restore(events::add).orElseThrow().name()).isEqualTo(name);
  }

  @Test
  void aNameNodeThatIsAwayForLongerFailsTheCommitAndLeavesTheOneBefore() throws Exception {
    CommittingDriver driver = driver(SHORT);
    String before = driver.commitNext();
    Staged staged = StagedCheckpoints.small(storage).stage(driver.store(), 7);
    hdfs.nameNode().kill();
    long start = System.nanoTime();

    LockstepException failure = failureOf(() -> driver.store().commit(staged, Optional.empty()));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure)
        .hasMessageMatching(
            "Failed to commit checkpoint r00000007-\\S+ after \\d+ tries: Cannot .*"
                + run.root()
                + ".*");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    hdfs.heal();
    CommittingDriver next = driver(LONG);
    assertThat(next.store().restore(events::add).orElseThrow().name()).isEqualTo(before);
    assertThat(storage.names(run.staging())).as("what was staged").isEmpty();
  }

  @Test
  void aCommitOutlivesANameNodeThatComesBackInSafeMode() throws Exception {
    CommittingDriver driver = driver(LONG);
    String before = driver.commitNext();
    Staged staged = StagedCheckpoints.small(storage).stage(driver.store(), 7);
    hdfs.nameNode().restart(Map.of("dfs.namenode.safemode.extension", "4000"));

    CompletableFuture<CommittedCheckpoint> commit = commitInBackground(driver.store(), staged);
    awaitEvent(".*safe mode.*");

    String name = commit.get(60, TimeUnit.SECONDS).name();
    assertThat(driver.store().list())
        .extracting(CommittedCheckpoint::name)
        .containsExactly(before, name);
  }

  @Test
  void aDataNodeThatDiesWhileItsOnlyReplicaIsWrittenCostsAnotherStagingFolder() throws Exception {
    CommittingDriver driver = driver(LONG);
    hdfs.dataNode(1).kill();
    StagedCheckpoints checkpoints = StagedCheckpoints.small(storage);
    CheckpointWriter broken = checkpoints.begin(driver.store(), 7);
    hdfs.dataNode(0).kill();

    LockstepException failure = failureOf(() -> checkpoints.finish(broken, 7));

    assertThat(TransientFailure.is(failure)).as(failure.getMessage()).isTrue();
    assertThat(storage.names(run.staging())).hasSize(1);
    hdfs.heal();
    Staged again =
        Patience.of(LONG, events::add)
            .call("stage a checkpoint", () -> checkpoints.stage(driver.store(), 7));
    String name = driver.store().commit(again, Optional.empty()).name();
    assertThat(storage.names(run.staging())).as("the broken one").hasSize(1);
    CommittingDriver next = driver(LONG);
    assertThat(next.store().restore(events::add).orElseThrow().name()).isEqualTo(name);
    assertThat(storage.names(run.staging())).isEmpty();
  }

  @Test
  void aDataNodeThatDiesWhileOneOfTwoReplicasIsWrittenCostsNothing() throws Exception {
    storage = new Storage(hdfs.settings(2));
    CommittingDriver driver = driver(LONG);
    StagedCheckpoints checkpoints = new StagedCheckpoints(storage, 2_000_000);
    CheckpointWriter writer = checkpoints.begin(driver.store(), 7);
    hdfs.dataNode(0).kill();

    Staged staged = checkpoints.finish(writer, 7);
    String name = driver.store().commit(staged, Optional.empty()).name();

    assertThat(driver.store().restore(events::add).orElseThrow().name()).isEqualTo(name);
  }

  @Test
  void theCheckpointBeforeIsTakenWhereTheOnlyReplicaOfTheLatestIsAway() throws Exception {
    storage = new Storage(hdfs.settings(2));
    CommittingDriver driver = driver(SHORT);
    String before = driver.commitNext();
    String latest = driver.commitNext();
    String host = leaveOneReplica(run.checkpoints() + "/" + latest + "/parameters.f32");
    hdfs.dataNodeAt(host).kill();
    long start = System.nanoTime();

    CommittedCheckpoint restored = driver.store().restore(events::add).orElseThrow();

    assertThat(restored.name()).isEqualTo(before);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(45));
    assertThat(events)
        .anyMatch(
            event -> event.startsWith("Passed over a checkpoint: ") && event.contains(latest));
    assertThat(storage.names(run.quarantine())).as("marks of damage").isEmpty();
    hdfs.heal();
    FileSystem.closeAll();
    assertThat(driver(LONG).store().restore(events::add).orElseThrow().name()).isEqualTo(latest);
  }

  @Test
  void aLogWhoseOnlyReplicaIsAwayIsNoFreshStart() throws Exception {
    driver(SHORT).commitNext();
    hdfs.dataNode(0).kill();
    hdfs.dataNode(1).kill();

    LockstepException failure = failureOf(() -> driver(SHORT));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure.getMessage()).contains(run.root());
    hdfs.heal();
    FileSystem.closeAll();
    assertThat(driver(LONG).store().restore(events::add)).isPresent();
  }

  @Test
  void anExceededQuotaFailsAtOnceAndLeavesNothing() throws Exception {
    CommittingDriver driver = driver(LONG);
    String before = driver.commitNext();
    hdfs.administer(
        root -> {
          root.setQuota(new org.apache.hadoop.fs.Path(run.root()), Long.MAX_VALUE, 1 << 20);
          return null;
        });
    CheckpointWriter writer =
        new CheckpointWriter(
            storage, driver.store().staging().folder(storage, StagedCheckpoints.position(7)));

    LockstepException failure =
        failureOf(
            () ->
                Patience.of(LONG, events::add)
                    .call(
                        "stage a checkpoint",
                        () -> {
                          writer.text(CheckpointFiles.CONFIGURATION, "{}");
                          return true;
                        }));
    assertThat(failure)
        .hasMessageStartingWith("Cannot write %s/.staging/r00000007".formatted(run.root()))
        .hasMessageContaining("quota")
        .hasMessageContaining("exceeded");
    assertThat(events).as("tries again").isEmpty();
    driver.store().collectOrphans();
    assertThat(storage.names(run.staging())).isEmpty();
    assertThat(driver.store().restore(events::add).orElseThrow().name()).isEqualTo(before);
  }

  @Test
  void aRunOfSomebodyElseIsRefusedBeforeAnythingIsWritten() throws Exception {
    driver(LONG).commitNext();

    LockstepException failure =
        UserGroupInformation.createRemoteUser("bob")
            .doAs(
                (PrivilegedExceptionAction<LockstepException>) () -> failureOf(() -> driver(LONG)));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure)
        .hasMessage(
            "Cannot create %s/lease/E00000002.json: permission denied".formatted(run.root()));
    assertThat(storage.names(run.lease())).containsExactly("E00000001.json");
  }

  private CommittingDriver driver(Duration budget) {
    return CommittingDriver.start(storage, run, budget, events::add);
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

  private CompletableFuture<CommittedCheckpoint> commitInBackground(
      CheckpointStore store, Staged staged) {
    return CompletableFuture.supplyAsync(() -> store.commit(staged, Optional.empty()));
  }

  private void awaitEvent(String pattern) {
    Awaitility.await().atMost(LONG).until(() -> events.stream().anyMatch(e -> e.matches(pattern)));
  }

  /** A driver as a process of its own, committing one checkpoint after the other. */
  private ClusterProcess process(String name) throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            CommittingDriver.class.getName(),
            run.root()));
    hdfs.settings().forEach((key, value) -> words.add(key + "=" + value));
    return ClusterProcess.start(name, work, Map.of(), words);
  }

  /** Waits until a file has one replica only, and tells where: {@code host:port}. */
  private String leaveOneReplica(String file) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file);
    hdfs.administer(root -> root.setReplication(path, (short) 1));
    Awaitility.await()
        .atMost(LONG)
        .until(() -> hdfs.administer(root -> holders(root, path)).length == 1);
    return hdfs.administer(root -> holders(root, path))[0];
  }

  private static String[] holders(DistributedFileSystem root, org.apache.hadoop.fs.Path path)
      throws IOException {
    FileStatus status = root.getFileStatus(path);
    BlockLocation[] blocks = root.getFileBlockLocations(status, 0, status.getLen());
    return blocks[0].getNames();
  }

  private static LockstepException failureOf(Runnable action) {
    return catchThrowableOfType(LockstepException.class, action::run);
  }
}
