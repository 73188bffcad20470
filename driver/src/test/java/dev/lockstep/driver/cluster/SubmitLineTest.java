package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.config.Kernels;
import dev.lockstep.common.config.Switch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SubmitLineTest {
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> ENVIRONMENT =
      Map.of("OPENBLAS_CORETYPE", "Haswell", "OPENBLAS_NUM_THREADS", "7", "HOME", "/home/me");

  @Test
  void asksAStandaloneClusterForCoresAndMemoryOfTheJob() {
    assertThat(settings("spark://host:7077", DeployMode.CLIENT, NOTHING, NOTHING))
        .containsEntry("spark.executor.cores", "2")
        .containsEntry("spark.task.cpus", "2")
        .containsEntry("spark.cores.max", "6")
        .containsEntry("spark.executor.memory", "1638m")
        .containsEntry("spark.executor.memoryOverhead", "2458m")
        .doesNotContainKey("spark.executor.instances");
  }

  @Test
  void asksYarnForExecutorsOfTheJob() {
    assertThat(settings("yarn", DeployMode.CLUSTER, NOTHING, NOTHING))
        .containsEntry("spark.executor.instances", "3")
        .containsEntry("spark.yarn.maxAppAttempts", "1")
        .doesNotContainKey("spark.cores.max");
  }

  @Test
  void leavesTheNumberOfExecutorsToTheClusterWhereTheJobDoes() {
    ClusterConfig auto = cluster(OptionalInt.empty(), 1, 2L << 30);
    SubmitLine line = SubmitLine.of(parts("yarn", DeployMode.CLIENT, auto, NOTHING, NOTHING));

    assertThat(settings(line)).doesNotContainKeys("spark.executor.instances", "spark.cores.max");
  }

  @Test
  void holdsEveryJvmToItsShareOfTheMemory() {
    Map<String, String> settings = settings("yarn", DeployMode.CLIENT, NOTHING, NOTHING);

    assertThat(settings.get("spark.executor.defaultJavaOptions"))
        .contains(
            "-XX:MaxDirectMemorySize=614m",
            "-Dorg.bytedeco.javacpp.maxbytes=1229m",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=4096m");
    assertThat(settings.get("spark.driver.defaultJavaOptions")).endsWith(" -Dof=driver");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4, 64})
  void leavesDirectBuffersRoomForTheBlocksThatSparkFetches(long gigabytes) {
    ClusterConfig cluster = cluster(OptionalInt.of(1), 1, gigabytes << 30);
    Map<String, String> settings =
        settings(SubmitLine.of(parts("yarn", DeployMode.CLIENT, cluster, NOTHING, NOTHING)));

    long block = mebibytes("(\\d+)m", settings.get("spark.network.maxRemoteBlockSizeFetchToMem"));
    String options = settings.get("spark.executor.defaultJavaOptions");
    assertThat(mebibytes(".*MaxDirectMemorySize=(\\d+)m.*", options)).isGreaterThan(block);
  }

  @Test
  void givesADriverThatAWorkerStartsTheOpenedPackages() {
    assertThat(settings("spark://h:1", DeployMode.CLUSTER, NOTHING, NOTHING))
        .containsEntry("spark.standalone.submit.waitAppCompletion", "true")
        .containsEntry("spark.master.rest.enabled", "false")
        .hasEntrySatisfying(
            "spark.driver.extraJavaOptions",
            options ->
                assertThat(options)
                    .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
                    .endsWith(" -Dof=driver"));
  }

  @Test
  void letsTheSettingsOfAUserWin() {
    Map<String, String> settings =
        settings(
            "spark://h:1",
            DeployMode.CLIENT,
            Map.of("spark.executor.memory", "7g", "spark.speculation", "true"),
            Map.of("spark.task.cpus", "4", "spark.own", "a b"));

    assertThat(settings)
        .doesNotContainKeys("spark.executor.memory", "spark.speculation")
        .containsEntry("spark.task.cpus", "4")
        .containsEntry("spark.own", "a b");
  }

  @Test
  void putsOptionsOfAUserForTheJvmsBehindItsOwn() {
    Map<String, String> settings =
        settings(
            "yarn",
            DeployMode.CLIENT,
            Map.of("spark.executor.defaultJavaOptions", "-XX:MaxDirectMemorySize=1m"),
            NOTHING);

    assertThat(settings.get("spark.executor.defaultJavaOptions"))
        .startsWith("-XX:MaxDirectMemorySize=614m ")
        .endsWith(" -XX:MaxDirectMemorySize=1m");
  }

  @ParameterizedTest
  @CsvSource({"yarn,CLIENT", "yarn,CLUSTER", "spark://h:1,CLIENT", "spark://h:1,CLUSTER"})
  void letsExecutorsComputeByTheKernelsOfTheSubmitter(String master, DeployMode mode) {
    assertThat(settings(master, mode, NOTHING, NOTHING))
        .containsEntry("spark.executorEnv.OPENBLAS_CORETYPE", "Haswell")
        .doesNotContainKeys(
            "spark.executorEnv.DNNL_MAX_CPU_ISA", "spark.executorEnv.OPENBLAS_NUM_THREADS");
  }

  @Test
  void letsADriverOnYarnComputeByThemToo() {
    String setting = "spark.yarn.appMasterEnv.OPENBLAS_CORETYPE";

    assertThat(settings("yarn", DeployMode.CLUSTER, NOTHING, NOTHING))
        .containsEntry(setting, "Haswell");
    assertThat(settings("yarn", DeployMode.CLIENT, NOTHING, NOTHING)).doesNotContainKey(setting);
    assertThat(settings("spark://h:1", DeployMode.CLUSTER, NOTHING, NOTHING))
        .doesNotContainKey(setting);
  }

  @Test
  void leavesKernelsThatAUserHasChosenForExecutors() {
    String setting = "spark.executorEnv.OPENBLAS_CORETYPE";

    assertThat(settings("yarn", DeployMode.CLIENT, Map.of(setting, "Zen"), NOTHING))
        .doesNotContainKey(setting);
    assertThat(settings("yarn", DeployMode.CLIENT, NOTHING, Map.of(setting, "Zen")))
        .containsEntry(setting, "Zen");
  }

  @Test
  void tellsWhatOfTheJobFileAUserOverrules() {
    SubmitLine.Parts parts =
        parts(
            "yarn",
            DeployMode.CLIENT,
            cluster(),
            Map.of("spark.executor.memory", "7g"),
            Map.of("spark.task.cpus", "2"));

    assertThat(parts.overruled())
        .containsExactly(
            "spark.executor.memory is 7g as your Spark settings say, not 1638m as the job file does");
  }

  @Test
  void canBePastedIntoAShell() throws Exception {
    SubmitLine line =
        new SubmitLine(List.of("printf", "%s|", "plain", "two words", "it's", "$HOME", "a*;&", ""));

    Process shell = new ProcessBuilder("bash", "-c", line.shell()).start();

    assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(
            new String(
                shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("plain|two words|it's|$HOME|a*;&||");
  }

  private static Map<String, String> settings(
      String master, DeployMode mode, Map<String, String> defaults, Map<String, String> given) {
    return settings(SubmitLine.of(parts(master, mode, cluster(), defaults, given)));
  }

  private static Map<String, String> settings(SubmitLine line) {
    Map<String, String> settings = new java.util.HashMap<>();
    List<String> words = new ArrayList<>(line.words());
    for (int at = words.indexOf("--conf"); at >= 0; at = words.indexOf("--conf")) {
      String[] setting = words.get(at + 1).split("=", 2);
      assertThat(settings.put(setting[0], setting[1])).as(setting[0]).isNull();
      words.subList(at, at + 2).clear();
    }
    return settings;
  }

  private static long mebibytes(String pattern, String text) {
    return Long.parseLong(text.replaceFirst(pattern, "$1"));
  }

  private static ClusterConfig cluster() {
    return cluster(OptionalInt.of(3), 2, 4L << 30);
  }

  private static ClusterConfig cluster(OptionalInt workers, int cores, long memory) {
    return new ClusterConfig(
        workers,
        cores,
        memory,
        Duration.ofSeconds(10),
        Duration.ofMinutes(2),
        4,
        OptionalInt.empty(),
        Duration.ofMinutes(2),
        Duration.ofSeconds(30),
        Switch.AUTO,
        Switch.AUTO,
        Kernels.ALIKE);
  }

  private static SubmitLine.Parts parts(
      String master,
      DeployMode mode,
      ClusterConfig cluster,
      Map<String, String> defaults,
      Map<String, String> given) {
    return new SubmitLine.Parts(
        Path.of("/spark"),
        "/job.jar",
        "lockstep-digits",
        Master.of(master),
        mode,
        cluster,
        List.of("-Dof=driver"),
        NativeKernels.of(ENVIRONMENT),
        new UserSettings(defaults, given),
        List.of("train", "--job", "digits.yaml"));
  }
}
