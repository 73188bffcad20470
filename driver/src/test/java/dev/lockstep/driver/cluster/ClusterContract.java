package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a person sees who trains on a cluster, whatever cluster it is. */
@Timeout(600)
abstract class ClusterContract {
  private static final Duration DEADLINE = Duration.ofMinutes(5);
  private static final Path ROOT = LockstepProcess.ROOT;

  @TempDir static Path work;

  /** The cluster that all tests of a class share. */
  abstract TestCluster cluster();

  /** What the cluster calls a driver on it that came to a good end. */
  abstract String success();

  @ParameterizedTest
  @EnumSource
  void trainsToTheSameWeightsAsOnThreads(DeployMode mode) throws Exception {
    LockstepProcess train = train(mode, "good-" + mode, "--set", "training.epochs=2", "--json");

    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
    RunReport report = Json.read(train.out(), RunReport.class, "standard output");
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parametersSha256())
        .isEqualTo(report("threads").orElseThrow().parametersSha256());
    assertThat(ended(mode)).isEqualTo(success());
  }

  @ParameterizedTest
  @EnumSource
  void refusesABadJobFileBeforeAnythingIsSubmitted(DeployMode mode) throws Exception {
    String before = cluster().lastDriver();

    LockstepProcess train = train(mode, "bad-" + mode, "--set", "training.epoch=2");

    assertThat(train.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(train.out()).isEmpty();
    assertThat(train.err())
        .contains("'training.epoch' is not a known key (did you mean 'training.epochs'?)")
        .noneMatch(line -> line.startsWith("Submitted"));
    assertThat(cluster().lastDriver()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void endsAsAFailureOfTheClusterWhereAnExecutorIsKilled(DeployMode mode) throws Exception {
    LockstepProcess train = train(mode, "killed-" + mode, "--set", "training.epochs=100000");
    await()
        .atMost(DEADLINE)
        .until(() -> !train.process().isAlive() || epochs("killed-" + mode) > 0);
    assertThat(cluster().executors()).as(() -> train.err().toString()).hasSize(2);

    cluster().executors().get(1).destroyForcibly();

    assertThat(train.exitCode(DEADLINE)).isEqualTo(5);
    assertThat(train.lastErrLine())
        .isEqualTo(report("killed-" + mode).orElseThrow().failure().orElseThrow().message());
    assertThat(report("killed-" + mode).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    if (mode == DeployMode.CLUSTER) {
      assertThat(ended(mode)).isEqualTo("FAILED");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsOfDataThatTheDriverCannotFind(DeployMode mode) throws Exception {
    String absent = work.resolve("absent.csv").toString();

    LockstepProcess train =
        train(
            mode, "absent-" + mode, "--set", "data.prepared=null", "--set", "data.train=" + absent);

    assertThat(train.exitCode(DEADLINE)).isEqualTo(3);
    assertThat(train.lastErrLine())
        .isEqualTo("Cannot read %s: no such file, or a folder without files".formatted(absent));
    if (mode == DeployMode.CLUSTER) {
      assertThat(ended(mode)).isEqualTo("FAILED");
    }
  }

  private String ended(DeployMode mode) throws Exception {
    return mode == DeployMode.CLUSTER ? cluster().lastDriver() : cluster().lastApplication();
  }

  /** Prepares the data that all runs share, and gives the weights to compare with. */
  @BeforeAll
  static void trainOnThreads() throws Exception {
    TestCluster.assumeSpark();
    List<String> words = line("threads", List.of("--master", "local[2]"));
    words.addAll(List.of("--set", "training.epochs=2", "--set", "cluster.workers=1"));
    LockstepProcess train = start(words, Map.of());
    assertThat(train.exitCode(DEADLINE)).as(() -> train.err().toString()).isZero();
  }

  private LockstepProcess train(DeployMode mode, String run, String... more) throws IOException {
    List<String> words =
        line(run, List.of("--master", cluster().master(), "--deploy-mode", mode.toString()));
    words.addAll(List.of("--set", "cluster={workers: 2, memory-per-worker: 1g}"));
    words.addAll(cluster().options());
    words.addAll(List.of(more));
    return start(words, cluster().environment());
  }

  private static List<String> line(String run, List<String> where) {
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(where);
    words.addAll(List.of("--job", ROOT.resolve("conf/digits.yaml").toString()));
    words.addAll(List.of("--run", work.resolve(run).toString()));
    words.addAll(List.of("--set", "data.train=" + ROOT.resolve("conf/digits.csv")));
    words.addAll(List.of("--set", "data.prepared=" + work.resolve("prepared")));
    return words;
  }

  private static LockstepProcess start(List<String> words, Map<String, String> environment)
      throws IOException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("TMPDIR", work.toString());
    return LockstepProcess.start(
        ROOT.resolve("scripts/lockstep"), work, work, all, words.toArray(String[]::new));
  }

  private static int epochs(String run) throws IOException {
    return report(run).map(report -> report.epochs().size()).orElse(0);
  }

  private static Optional<RunReport> report(String run) throws IOException {
    Path file = work.resolve(run).resolve("report.json");
    return Files.exists(file)
        ? Optional.of(Json.read(Files.readString(file), RunReport.class, file.toString()))
        : Optional.empty();
  }
}
