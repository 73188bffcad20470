package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.cluster.StandaloneCluster.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts whose processors compute the same job to other bits, as far as OpenBLAS can play them. */
@Timeout(300)
class KernelsIT {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final int CLUSTER = 5;
  private static final String OLD = "Nehalem";
  private static final String NEW = "Haswell";

  @TempDir private static Path work;
  private static DigitsRuns runs;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startHostsOfTwoKinds() throws IOException {
    TestCluster.assumeSpark();
    assumeTrue(
        Files.readString(Path.of("/proc/cpuinfo")).contains("avx2"),
        "this processor cannot play a Haswell");
    runs = new DigitsRuns(work);
    cluster =
        new StandaloneCluster(
            work.resolve("cluster"),
            Place.LOOPBACK,
            List.of(host(OLD), host(NEW)),
            1,
            Duration.ofMinutes(1));
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void refusesToTrainOnHostsThatDoNotComputeAlike() throws Exception {
    LockstepProcess train =
        runs.byKernelsOfHosts(
            cluster, "refused", "--set", "training.epochs=2", "--set", "cluster.max-attempts=2");

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isEqualTo(CLUSTER);
    assertThat(train.lastErrLine())
        .contains(
            "Gave up after 2 attempts in a row",
            "Cannot train on workers that do not compute alike: rank 1 (127.0.0.1) computes other"
                + " bits than rank 0 (127.0.0.1) (set OPENBLAS_CORETYPE ");
    assertThat(runs.checkpoints("refused")).isEmpty();
  }

  @Test
  void trainsOnThemWhereThatIsAllowedAndSaysSo() throws Exception {
    LockstepProcess train =
        runs.byKernelsOfHosts(
            cluster, "allowed", "--set", "training.epochs=2", "--set", "cluster.kernels=any");

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    assertThat(runs.events("allowed"))
        .anySatisfy(
            event ->
                assertThat(event).startsWith("The weights depend on which worker computes what: "));
  }

  @Test
  void trainsOnThemByTheKernelsThatAreSetForAll() throws Exception {
    LockstepProcess train =
        runs.on(cluster, DeployMode.CLIENT, "alike", "--set", "training.epochs=2");

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
  }

  @Test
  void trainsACompleteRunOnWithItsKernelsAloneAndMakesItsModelWithAny() throws Exception {
    LockstepProcess first = runs.byKernels(OLD, "moved", "--set", "training.epochs=1");
    assertThat(first.exitCode(DEADLINE)).as(() -> first.err().toString()).isZero();
    RunReport before = runs.report("moved").orElseThrow();

    LockstepProcess longer = runs.byKernels(NEW, "moved", "--set", "training.epochs=2");
    assertThat(longer.exitCode(DEADLINE)).isEqualTo(CLUSTER);
    assertThat(longer.lastErrLine())
        .as("workers that are threads cannot be others")
        .startsWith("Cannot go on from checkpoint r00000002-");
    RunReport after = runs.report("moved").orElseThrow();
    assertThat(after.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(after.parametersSha256()).isEqualTo(before.parametersSha256());
    assertThat(after.test()).isEqualTo(before.test());
    assertThat(after.refusal()).isPresent();

    Files.delete(Path.of(runs.directory("moved").model(), "model.zip"));
    LockstepProcess repaired = runs.byKernels(NEW, "moved", "--set", "training.epochs=1");
    assertThat(repaired.exitCode(DEADLINE)).as(() -> repaired.err().toString()).isZero();
    assertThat(runs.report("moved").orElseThrow().parametersSha256())
        .isEqualTo(before.parametersSha256());

    LockstepProcess back = runs.byKernels(OLD, "moved", "--set", "training.epochs=2");
    assertThat(back.exitCode(DEADLINE)).as(() -> back.err().toString()).isZero();
  }

  private static Place host(String kernels) {
    return new Place("127.0.0.1", List.of("env", "OPENBLAS_CORETYPE=" + kernels));
  }
}
