package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cli.LockstepProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.Deploy$;
import org.apache.spark.internal.config.Network$;
import org.apache.spark.internal.config.Worker$;
import org.apache.spark.internal.config.package$;
import org.apache.spark.util.Utils$;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** The settings of Spark's that are shipped for clusters on which things fail. */
@Tag("slow")
@Timeout(180)
class ExampleDefaultsIT {
  private static final Path FILE = LockstepProcess.ROOT.resolve("conf/spark-defaults.example.conf");
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** From the death of an executor to the first step of the next attempt. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private static final Pattern STEP = Pattern.compile("epoch \\d+/\\d+ +step .*|\\s+\\d+/\\d+ .*");

  @TempDir Path work;

  @Test
  void sparkKnowsEveryKey() {
    List<Object> entries =
        List.of(package$.MODULE$, Network$.MODULE$, Deploy$.MODULE$, Worker$.MODULE$);
    assertThat(entries).as("where Spark declares its settings").doesNotContainNull();

    assertThat(settings()).isNotEmpty();
    assertThat(settings().keySet())
        .allSatisfy(key -> assertThat(ConfigEntry.findEntry(key)).as(key).isNotNull());
  }

  @Test
  void everySettingHasItsReason() throws IOException {
    String before = "";
    for (String line : Files.readAllLines(FILE)) {
      if (line.startsWith("spark.")) {
        assertThat(before).as("the line before " + line).startsWith("# ");
      }
      before = line;
    }
  }

  @Test
  void sparkStartsWithThem() {
    SparkConf conf = new SparkConf().setMaster("local[2]").setAppName("defaults");
    settings().forEach(conf::set);
    conf.set("spark.ui.enabled", "false");

    SparkContext spark = new SparkContext(conf);

    assertThat(spark.getConf().get("spark.network.timeout")).isEqualTo("30s");
    spark.stop();
  }

  @Test
  void theNextAttemptBeginsWithinFifteenSecondsOfAnExecutorsDeath() throws Exception {
    TestCluster.assumeSpark();
    Path folder = Files.createDirectories(work.resolve("cluster"));
    Files.copy(
        FILE, Files.createDirectories(folder.resolve("conf")).resolve("spark-defaults.conf"));
    try (TestCluster cluster = new StandaloneCluster(folder, 2, 2)) {
      LockstepProcess train = train(cluster);
      awaitSteps(train, 0);

      awaitCheckpoint();
      List<ProcessHandle> executors = cluster.executors();
      assertThat(executors).as(() -> train.err().toString()).hasSize(2);
      executors.get(1).destroyForcibly();
      long death = System.nanoTime();
      int before = train.err().size();
      awaitLine(train, before, Pattern.compile("Attempt 1 failed: .*"));
      awaitLine(train, before, Pattern.compile("Going on after .*"));
      awaitSteps(train, indexOf(train, before, Pattern.compile("Going on after .*")));

      Duration gap = Duration.ofNanos(System.nanoTime() - death);
      System.out.printf("next attempt %d ms after the death of an executor%n", gap.toMillis());
      assertThat(gap).as(() -> train.err().toString()).isLessThan(LIMIT);
      train.process().destroyForcibly().waitFor();
    }
  }

  private LockstepProcess train(TestCluster cluster) throws IOException {
    Map<String, String> environment = new HashMap<>(cluster.environment());
    return LockstepProcess.start(
        LockstepProcess.ROOT.resolve("scripts/lockstep"),
        LockstepProcess.ROOT,
        Files.createDirectories(work.resolve("streams")),
        environment,
        "train",
        "--job",
        "conf/digits.yaml",
        "--run",
        work.resolve("run").toString(),
        "--set",
        "training.epochs=100000",
        "--set",
        "cluster.workers=2",
        "--master",
        cluster.master());
  }

  private void awaitCheckpoint() {
    Storage storage = new Storage(Map.of());
    RunDirectory run = new RunDirectory(work.resolve("run").toString());
    await()
        .atMost(DEADLINE)
        .until(() -> !new CheckpointCatalog(storage, run).list(event -> {}).isEmpty());
  }

  private static void awaitSteps(LockstepProcess train, int from) {
    awaitLine(train, from, STEP);
  }

  private static void awaitLine(LockstepProcess train, int from, Pattern line) {
    await()
        .atMost(DEADLINE)
        .until(() -> !train.process().isAlive() || indexOf(train, from, line) >= 0);
    assertThat(indexOf(train, from, line)).as(() -> train.err().toString()).isNotNegative();
  }

  private static int indexOf(LockstepProcess train, int from, Pattern line) {
    List<String> lines = train.err();
    for (int i = from; i < lines.size(); i++) {
      if (line.matcher(lines.get(i)).matches()) {
        return i;
      }
    }
    return -1;
  }

  private static Map<String, String> settings() {
    return JavaConverters.mapAsJavaMap(Utils$.MODULE$.getPropertiesFromFile(FILE.toString()));
  }
}
