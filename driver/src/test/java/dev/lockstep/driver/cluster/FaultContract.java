package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of faults share: a cluster whose processes are real, a run that nobody disturbed, and
 * how others are held against it.
 */
@Timeout(240)
abstract class FaultContract {
  static final Duration DEADLINE = Duration.ofSeconds(200);

  static final int EPOCHS = 20;

  @TempDir private static Path work;
  static StandaloneCluster cluster;
  static DigitsRuns runs;
  static RunReport undisturbed;

  @BeforeAll
  static void startCluster() throws Exception {
    TestCluster.assumeSpark();
    runs = new DigitsRuns(work);
    List<String> words = size();
    words.addAll(List.of("--set", "cluster.workers=1"));
    LockstepProcess train = runs.onThreads("undisturbed", words.toArray(String[]::new));
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    undisturbed = runs.report("undisturbed").orElseThrow();
    cluster = new StandaloneCluster(work.resolve("cluster"), 2, 2);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  static LockstepProcess start(String run, String... more) throws IOException {
    List<String> words = size();
    words.addAll(Arrays.asList(more));
    return runs.on(cluster, DeployMode.CLIENT, run, words.toArray(String[]::new));
  }

  /** Long enough to be disturbed, with a checkpoint every fraction of a second. */
  static List<String> size() {
    return new ArrayList<>(
        List.of("--set", "training.epochs=" + EPOCHS, "--set", "checkpoint.every=7 steps"));
  }

  static ConditionFactory until(LockstepProcess train) {
    return await()
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .failFast(
            () -> {
              if (!train.process().isAlive()) {
                throw new AssertionError("the run has ended: " + train.err());
              }
            });
  }

  /** Waits until a run has done an epoch and committed a checkpoint in the middle of another. */
  static void awaitMidEpoch(LockstepProcess train, String run) {
    until(train)
        .until(
            () -> {
              Position reached = reached(run);
              return reached.epoch() > 1 && reached.step() > 0;
            });
  }

  /** Where the newest checkpoint is; the very beginning where there is none. */
  static Position reached(String run) {
    List<CommittedCheckpoint> taken = runs.checkpoints(run);
    return taken.isEmpty() ? new Position(1, 0) : taken.get(taken.size() - 1).position();
  }

  static void awaitNoExecutors() {
    await().atMost(DEADLINE).until(() -> cluster.executors().isEmpty());
  }

  static void assertEndsUndisturbed(LockstepProcess train, String run) throws Exception {
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    RunReport report = runs.report(run).orElseThrow();
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(report.test()).isEqualTo(undisturbed.test());
    assertThat(report.steps()).isEqualTo(undisturbed.steps());
    assertThat(report.epochs()).hasSameSizeAs(undisturbed.epochs());
    assertThat(Path.of(runs.directory(run).staging()))
        .satisfiesAnyOf(
            path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
  }
}
