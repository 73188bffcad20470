package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.ManualStop;
import dev.lockstep.driver.bench.RecordedProgress;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.driver.training.Training;
import dev.lockstep.driver.training.Training.Existing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One job on threads and on executors, however its ranks are spread over them: the same bits. */
@Tag("slow")
@Timeout(300)
class ClusterMatrixIT {
  private static final Storage STORAGE = new Storage(Map.of());
  private static final Path ROOT = LockstepProcess.ROOT;
  private static final int SAMPLES = 300;
  private static final int SIDE = 8;
  private static final int LANES = 8;
  private static final List<String> COMBINES =
      List.of("gradient-sharing", "{parameter-averaging: {every: 3}}");

  @TempDir private static Path work;
  private static StandaloneCluster cluster;
  private static Map<Case, Outcome> onThreads;

  private enum Model {
    MLP,
    LENET,
    GRAPH;

    String section() {
      return switch (this) {
        case MLP ->
            "{layers: [{dense: {units: 24, activation: relu}}, {dropout: {keep: 0.8}},"
                + " {output: {activation: softmax, loss: cross-entropy}}]}";
        case LENET ->
            "{layers: [{convolution: {filters: 4, kernel: 3, activation: relu}},"
                + " {subsampling: {pooling: max, kernel: 2}},"
                + " {convolution: {filters: 6, kernel: 2, activation: relu}},"
                + " {dense: {units: 16, activation: relu}}, {dropout: {keep: 0.8}},"
                + " {output: {activation: softmax, loss: cross-entropy}}]}";
        case GRAPH -> "{dl4j: %s}".formatted(ROOT.resolve("conf/digits-graph.json"));
      };
    }

    String data() {
      return this == LENET
          ? "format: idx, train: %s, prepared: %s"
              .formatted(work.resolve("digits-images-idx3-ubyte"), work.resolve("prepared-idx"))
          : "train: %s, label: {column: digit}, numeric: {scale: min-max}, prepared: %s"
              .formatted(work.resolve("digits.csv"), work.resolve("prepared-csv"));
    }
  }

  /** What is trained, whatever runs it. */
  private record Case(Model model, String combine) {
    JobConfig job(int workers) {
      String text =
          """
          job: matrix
          data: {%s, test: 0.1, validation: 0.1}
          model: %s
          training:
            {epochs: 2, global-batch-size: 48, microbatch-size: 6, combine: %s}
          cluster: {workers: %d, memory-per-worker: 1g}
          """
              .formatted(model.data(), model.section(), combine, workers);
      return JobFile.parse(text, "matrix.yaml", STORAGE, List.of());
    }
  }

  /** All that must not depend on where a job runs. */
  private record Outcome(
      String parametersSha256,
      List<Double> trainLosses,
      List<Optional<Metrics>> validation,
      Metrics test) {
    static Outcome of(RunReport report) {
      return new Outcome(
          report.parametersSha256().orElseThrow(),
          report.epochs().stream().map(EpochReport::trainLoss).toList(),
          report.epochs().stream().map(EpochReport::validation).toList(),
          report.test().orElseThrow());
    }
  }

  /** How ranks are spread over executors, each a process. */
  private record Layout(int executors, int ranksEach) {
    int ranks() {
      return executors * ranksEach;
    }

    /** The settings of a job, but for that an executor may hold several ranks. */
    SparkConf settings(ClusterConfig config) {
      ClusterSettings of =
          new ClusterSettings(Master.of(cluster.master()), DeployMode.CLIENT, config);
      Map<String, String> settings = new LinkedHashMap<>(of.ofJob());
      settings.putAll(of.ofEveryJob());
      settings.put("spark.executor.cores", Integer.toString(ranksEach));
      of.javaOptions(List.of())
          .forEach((key, options) -> settings.put(key, String.join(" ", options)));
      settings.put("spark.jars", ROOT.resolve("driver/target/lockstep-job.jar").toString());
      settings.put("spark.ui.enabled", "false");
      SparkConf conf = new SparkConf();
      settings.forEach(conf::set);
      return conf;
    }

    void assertSpread(List<String> ofRanks) {
      Map<String, Long> counts =
          ofRanks.stream()
              .collect(Collectors.groupingBy(executor -> executor, Collectors.counting()));
      assertThat(counts)
          .hasSize(executors)
          .doesNotContainKey("driver")
          .allSatisfy((executor, count) -> assertThat(count).isEqualTo(ranksEach));
    }
  }

  /** What came of all cases, and on which executors Spark ran the ranks of each. */
  private record Trained(Map<Case, Outcome> outcomes, List<List<String>> executors) {}

  static Stream<Layout> layouts() {
    return Stream.of(new Layout(2, 2), new Layout(4, 1), new Layout(3, 1));
  }

  @BeforeAll
  static void trainOnThreads() throws IOException {
    TestCluster.assumeSpark();
    writeDigits();
    Trained threads = trainAll(new SparkConf(), "local[4]", 4);
    assertThat(threads.executors())
        .hasSize(6)
        .containsOnly(List.of("driver", "driver", "driver", "driver"));
    assertThat(threads.outcomes().values())
        .extracting(Outcome::parametersSha256)
        .doesNotHaveDuplicates();
    onThreads = threads.outcomes();
    cluster = new StandaloneCluster(work.resolve("cluster"), 2, 2);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void givesTheBitsOfThreads(Layout layout) {
    JobConfig any = new Case(Model.MLP, COMBINES.get(0)).job(layout.ranks());

    Trained trained = trainAll(layout.settings(any.cluster()), cluster.master(), layout.ranks());

    assertThat(trained.outcomes()).isEqualTo(onThreads);
    assertThat(trained.executors()).hasSize(6).allSatisfy(layout::assertSpread);
  }

  /** All cases, one after the other, in one application. */
  private static Trained trainAll(SparkConf settings, String master, int ranks) {
    Map<Case, Outcome> outcomes = new LinkedHashMap<>();
    RankPlaces places = new RankPlaces();
    try (SparkSession spark = SparkSessions.open(settings, master, "matrix")) {
      spark.sparkContext().addSparkListener(places);
      for (Model model : Model.values()) {
        for (String combine : COMBINES) {
          Case trained = new Case(model, combine);
          outcomes.put(trained, Outcome.of(train(spark, trained.job(ranks))));
        }
      }
    } // all that Spark has to tell has been told when it has stopped
    return new Trained(outcomes, places.ofAttempts());
  }

  private static RunReport train(SparkSession spark, JobConfig job) {
    ManualStop stop = new ManualStop();
    Training training =
        new Training(spark, STORAGE, new RecordedProgress(), stop, Clock.systemUTC());
    Path run = work.resolve("runs").resolve(UUID.randomUUID().toString());
    RunReport report = training.run(job, new RunDirectory(run.toString()), Existing.KEEP);
    assertThat(report.lanes()).isEqualTo(LANES);
    assertThat(report.worldSize()).isEqualTo(job.cluster().workers().orElseThrow());
    return report;
  }

  /** Some of the digits as a table, and the same as images. */
  private static void writeDigits() throws IOException {
    List<String> lines =
        Files.readAllLines(ROOT.resolve("conf/digits.csv")).subList(0, SAMPLES + 1);
    Files.write(work.resolve("digits.csv"), lines);
    ByteBuffer images = ByteBuffer.allocate(4 * Integer.BYTES + SAMPLES * SIDE * SIDE);
    ByteBuffer labels = ByteBuffer.allocate(2 * Integer.BYTES + SAMPLES);
    images.putInt(0x803).putInt(SAMPLES).putInt(SIDE).putInt(SIDE);
    labels.putInt(0x801).putInt(SAMPLES);
    for (String line : lines.subList(1, lines.size())) {
      byte[] cells = cells(line);
      images.put(cells, 0, SIDE * SIDE);
      labels.put(cells[SIDE * SIDE]);
    }
    Files.write(work.resolve("digits-images-idx3-ubyte"), images.array());
    Files.write(work.resolve("digits-labels-idx1-ubyte"), labels.array());
  }

  private static byte[] cells(String line) {
    String[] words = line.split(",", -1);
    byte[] cells = new byte[words.length];
    for (int i = 0; i < words.length; i++) {
      cells[i] = Byte.parseByte(words[i]);
    }
    return cells;
  }
}
