package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run whose network is cut: its workers are on hosts with links of their own. */
@Tag("slow")
@Timeout(300)
class PartitionFaultIT {
  private static final Duration DEADLINE = Duration.ofMinutes(4);
  private static final String[] SIZE = {
    "--set", "training.epochs=20", "--set", "checkpoint.every=7 steps"
  };

  @TempDir private static Path work;
  private static NamespaceHosts hosts;
  private static DigitsRuns runs;
  private static RunReport undisturbed;

  private StandaloneCluster cluster;

  @BeforeAll
  static void buildHosts() throws Exception {
    TestCluster.assumeSpark();
    hosts = NamespaceHosts.build(2);
    runs = new DigitsRuns(work);
    LockstepProcess train = runs.onThreads("undisturbed", SIZE);
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    undisturbed = runs.report("undisturbed").orElseThrow();
  }

  @AfterAll
  static void removeHosts() {
    if (hosts != null) {
      hosts.close();
    }
  }

  /** One for each test: a master takes its time to have a worker back that it had lost. */
  @BeforeEach
  void startCluster(@TempDir Path logs) throws Exception {
    cluster =
        new StandaloneCluster(
            logs, NamespaceHosts.home(), hosts.places(), 2, Duration.ofSeconds(15));
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void aHostThatIsCutOffFromDriverAndWorkersIsDoneWithoutAndCannotDisturbWhenItIsBack()
      throws Exception {
    String run = "cut-off";
    LockstepProcess train = start(run);
    until(train, () -> runs.epochs(run) > 0);

    hosts.cut(1);
    try {
      until(train, () -> runs.report(run).orElseThrow().attempts() == 2);
      int before = runs.epochs(run);
      until(train, () -> runs.epochs(run) > before + 1);
    } finally {
      hosts.heal(1);
    }

    assertEndsUndisturbed(train, run);
  }

  @Test
  void workersThatCannotReachEachOtherAreNamedAndTheRunGoesOnOnceTheyCan() throws Exception {
    String run = "cut-between";
    LockstepProcess train = start(run);
    until(train, () -> runs.epochs(run) > 0);

    hosts.cut(0, 1);
    try {
      until(train, () -> runs.events(run).stream().anyMatch(e -> e.startsWith("Attempt 1 failed")));
    } finally {
      hosts.heal(0, 1);
    }

    assertEndsUndisturbed(train, run);
  }

  private static void assertEndsUndisturbed(LockstepProcess train, String run) throws Exception {
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    RunReport report = runs.report(run).orElseThrow();
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(report.test()).isEqualTo(undisturbed.test());
    assertThat(report.attempts()).isGreaterThan(1);
    assertThat(runs.events(run)).anyMatch(text -> text.matches("Attempt 1 failed: .*10\\.78\\..*"));
  }

  private LockstepProcess start(String run) throws IOException {
    List<String> words = new ArrayList<>(List.of(SIZE));
    words.addAll(List.of("--set", "cluster.stall-warning=2 s"));
    words.addAll(List.of("--set", "cluster.stall-timeout=8 s"));
    return runs.on(cluster, DeployMode.CLIENT, run, words.toArray(String[]::new));
  }

  private static void until(LockstepProcess train, Callable<Boolean> condition) {
    await().atMost(DEADLINE).until(() -> !train.process().isAlive() || condition.call());
    assertThat(train.process().isAlive()).as(() -> train.err().toString()).isTrue();
  }
}
