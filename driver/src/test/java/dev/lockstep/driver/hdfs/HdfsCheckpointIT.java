package dev.lockstep.driver.hdfs;

import static dev.lockstep.driver.hdfs.CheckpointedRun.LONG;
import static dev.lockstep.driver.hdfs.CheckpointedRun.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.TransientFailure;
import dev.lockstep.driver.cluster.ClusterProcess;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checkpoints and what can go wrong with them, on a real NameNode and two DataNodes. */
@Timeout(120)
class HdfsCheckpointIT extends OnHdfs {
  private CheckpointedRun run;

  @BeforeEach
  void openRun() {
    run = CheckpointedRun.on(hdfs);
  }

  @Test
  void commitsRestoresAndRetires() {
    CommittingDriver driver = run.driver(LONG);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      names.add(driver.commitNext());
    }
    driver.store().tellLatest();

    CommittedCheckpoint restored = run.driver(LONG).store().restore(run.events::add).orElseThrow();

    assertThat(restored.name()).isEqualTo(names.get(4));
    assertThat(restored.open(run.storage).floats(VectorNames.PARAMETERS))
        .hasSize(1000)
        .containsOnly(6);
    assertThat(run.committed()).containsExactlyElementsOf(names.subList(2, 5));
    assertThat(run.staged()).isEmpty();
    assertThat(run.storage.readText(run.directory.latest())).isEqualTo(names.get(4) + "\n");
    assertThat(run.events).isEmpty();
  }

  @Test
  void twoDriversOnOneRunAtOnceLeaveOneHistory() throws Exception {
    for (int round = 0; round < 5; round++) {
      run = CheckpointedRun.on(hdfs);

      List<Integer> both = run.race(3);

      assertThat(both).as("one of them comes to its end").contains(3);
      int commits = both.get(0) + both.get(1);
      List<Integer> epochs = run.driverEpochs();
      assertThat(epochs).isSorted();
      assertThat(epochs.size()).isBetween(commits + 1, commits + 2);
    }
  }

  @Test
  void aPausedDriverIsFencedAtItsNextCommitAfterAnotherTookOver() throws Exception {
    ClusterProcess paused = run.process("paused", work);
    paused.await(Pattern.compile("committed (\\S+)"));
    paused.pause();
    CommittingDriver second = run.driver(LONG);
    second.commitNext();
    String latest = second.commitNext();

    paused.resume();

    assertThat(paused.exitCode(LONG)).isEqualTo(FailureKind.FENCED.exitCode());
    assertThat(paused.text().strip().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("Cannot go on with the run in %s: another driver (".formatted(run.root()))
        .endsWith(") took it over");
    assertThat(run.driverEpochs()).isSorted();
    assertThat(run.restored(second)).isEqualTo(latest);
    second.store().collectOrphans();
    assertThat(run.staged()).isEmpty();
    assertThat(run.committed()).hasSize(second.store().list().size());
  }

  @Test
  void aDriverThatIsKilledInTheMiddleLosesNothingThatItCommitted() throws Exception {
    ClusterProcess killed = run.process("killed", work);
    killed.await(Pattern.compile("(?s)committed .*committed .*committed "));
    killed.kill();

    CommittingDriver next = run.driver(LONG);

    List<String> told = CommittingDriver.told(killed.text());
    String restored = run.restored(next);
    assertThat(restored).isGreaterThanOrEqualTo(told.get(told.size() - 1));
    assertThat(run.staged()).isEmpty();
    assertThat(next.commitNext()).isGreaterThan(restored);
  }

  @Test
  void aCommitOutlivesANameNodeThatIsAwayForLessThanTheBudget() throws Exception {
    CommittingDriver driver = run.driver(LONG);
    Staged staged = StagedCheckpoints.small(run.storage).stage(driver.store(), 7);
    hdfs.nameNode().kill();

    CompletableFuture<CommittedCheckpoint> commit = driver.commitInBackground(staged);
    run.awaitEvent("Storage failed after .* and is tried again, to commit checkpoint r00000007.*");
    hdfs.nameNode().restart();

    String name = commit.get(60, TimeUnit.SECONDS).name();
    assertThat(run.restored()).isEqualTo(name);
  }

  @Test
  void aNameNodeThatIsAwayForLongerFailsTheCommitAndLeavesTheOneBefore() throws Exception {
    CommittingDriver driver = run.driver(SHORT);
    String before = driver.commitNext();
    Staged staged = StagedCheckpoints.small(run.storage).stage(driver.store(), 7);
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
    CommittingDriver next = run.driver(LONG);
    assertThat(run.restored(next)).isEqualTo(before);
    assertThat(run.staged()).as("what was staged").isEmpty();
  }

  @Test
  void aCommitOutlivesANameNodeThatComesBackInSafeMode() throws Exception {
    CommittingDriver driver = run.driver(LONG);
    String before = driver.commitNext();
    Staged staged = StagedCheckpoints.small(run.storage).stage(driver.store(), 7);
    hdfs.nameNode().restart(Map.of("dfs.namenode.safemode.extension", "4000"));

    CompletableFuture<CommittedCheckpoint> commit = driver.commitInBackground(staged);
    run.awaitEvent(".*safe mode.*");

    String name = commit.get(60, TimeUnit.SECONDS).name();
    assertThat(driver.store().list())
        .extracting(CommittedCheckpoint::name)
        .containsExactly(before, name);
  }

  @Test
  void aDataNodeThatDiesWhileItsOnlyReplicaIsWrittenCostsAnotherStagingFolder() throws Exception {
    CommittingDriver driver = run.driver(LONG);
    hdfs.dataNode(1).kill();
    StagedCheckpoints checkpoints = StagedCheckpoints.small(run.storage);

    LockstepException failure =
        failureOf(
            () -> {
              try (CheckpointWriter broken = checkpoints.begin(driver.store(), 7)) {
                hdfs.dataNode(0).kill();
                checkpoints.finish(broken, 7);
              }
            });

    assertThat(TransientFailure.is(failure)).as(failure.getMessage()).isTrue();
    assertThat(run.staged()).hasSize(1);
    hdfs.heal();
    Staged again =
        Patience.of(LONG, run.events::add)
            .call("stage a checkpoint", () -> checkpoints.stage(driver.store(), 7));
    String name = driver.store().commit(again, Optional.empty()).name();
    assertThat(run.staged()).as("the broken one").hasSize(1);
    CommittingDriver next = run.driver(LONG);
    assertThat(run.restored(next)).isEqualTo(name);
    assertThat(run.staged()).isEmpty();
  }

  @Test
  void aDataNodeThatDiesWhileOneOfTwoReplicasIsWrittenCostsNothing() throws Exception {
    run = CheckpointedRun.on(hdfs, 2);
    CommittingDriver driver = run.driver(LONG);
    StagedCheckpoints checkpoints = new StagedCheckpoints(run.storage, 2_000_000);
    Staged staged;
    try (CheckpointWriter writer = checkpoints.begin(driver.store(), 7)) {
      hdfs.dataNode(0).kill();
      staged = checkpoints.finish(writer, 7);
    }

    String name = driver.store().commit(staged, Optional.empty()).name();

    assertThat(run.restored(driver)).isEqualTo(name);
  }

  @Test
  void theCheckpointBeforeIsTakenWhereTheOnlyReplicaOfTheLatestIsAway() throws Exception {
    run = CheckpointedRun.on(hdfs, 2);
    CommittingDriver driver = run.driver(SHORT);
    String before = driver.commitNext();
    String latest = driver.commitNext();
    String host =
        Replicas.of(hdfs, run.directory.checkpoints() + "/" + latest + "/checkpoint.bin")
            .leaveOne();
    hdfs.dataNodeAt(host).kill();
    long start = System.nanoTime();

    CommittedCheckpoint restored = driver.store().restore(run.events::add).orElseThrow();

    assertThat(restored.name()).isEqualTo(before);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(45));
    assertThat(run.events)
        .anyMatch(
            event -> event.startsWith("Passed over a checkpoint: ") && event.contains(latest));
    assertThat(run.storage.names(run.directory.quarantine())).as("marks of damage").isEmpty();
    hdfs.heal();
    FileSystem.closeAll();
    assertThat(run.restored()).isEqualTo(latest);
  }

  @Test
  void aLogWhoseOnlyReplicaIsAwayIsNoFreshStart() throws Exception {
    run.driver(SHORT).commitNext();
    hdfs.dataNode(0).kill();
    hdfs.dataNode(1).kill();

    LockstepException failure = failureOf(() -> run.driver(SHORT));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure.getMessage()).contains(run.root());
    hdfs.heal();
    FileSystem.closeAll();
    assertThat(run.driver(LONG).store().restore(run.events::add)).isPresent();
  }

  @Test
  void anExceededQuotaFailsAtOnceAndLeavesNothing() throws Exception {
    CommittingDriver driver = run.driver(LONG);
    String before = driver.commitNext();
    run.limitSpace(1 << 20);
    StagedCheckpoints checkpoints = StagedCheckpoints.small(run.storage);

    LockstepException failure =
        failureOf(
            () ->
                Patience.of(LONG, run.events::add)
                    .call("stage a checkpoint", () -> checkpoints.stage(driver.store(), 7)));
    assertThat(failure)
        .hasMessageStartingWith("Cannot write %s/.staging/r00000007".formatted(run.root()))
        .hasMessageContaining("quota")
        .hasMessageContaining("exceeded");
    assertThat(run.events).as("tries again").isEmpty();
    driver.store().collectOrphans();
    assertThat(run.staged()).isEmpty();
    assertThat(run.restored(driver)).isEqualTo(before);
  }

  @Test
  void aRunOfSomebodyElseIsRefusedBeforeAnythingIsWritten() throws Exception {
    run.driver(LONG).commitNext();

    LockstepException failure =
        UserGroupInformation.createRemoteUser("bob")
            .doAs(
                (PrivilegedExceptionAction<LockstepException>)
                    () -> failureOf(() -> run.driver(LONG)));

    assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE);
    assertThat(failure)
        .hasMessage(
            "Cannot create %s/lease/E00000002.json: permission denied".formatted(run.root()));
    assertThat(run.storage.names(run.directory.lease())).containsExactly("E00000001.json");
  }

  private static LockstepException failureOf(Runnable action) {
    return catchThrowableOfType(LockstepException.class, action::run);
  }
}
