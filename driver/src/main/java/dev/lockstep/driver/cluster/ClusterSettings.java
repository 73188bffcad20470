package dev.lockstep.driver.cluster;

import dev.lockstep.common.config.ClusterConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Spark's settings for a job: what its section {@code cluster} asks for, and what a barrier stage
 * needs. One executor holds one rank.
 */
final class ClusterSettings {
  /** Spark puts these before the options that a user sets with {@code extraJavaOptions}. */
  private static final String DRIVER_OPTIONS = "spark.driver.defaultJavaOptions";

  private static final String EXECUTOR_OPTIONS = "spark.executor.defaultJavaOptions";

  /** The only ones that Spark's own cluster manager gives to a driver on the cluster. */
  private static final String STANDALONE_DRIVER_OPTIONS = "spark.driver.extraJavaOptions";

  private final Master master;
  private final DeployMode mode;
  private final ClusterConfig cluster;
  private final WorkerMemory memory;

  ClusterSettings(Master master, DeployMode mode, ClusterConfig cluster) {
    this.master = master;
    this.mode = mode;
    this.cluster = cluster;
    this.memory = WorkerMemory.of(cluster);
  }

  /** Settings that follow from the job file, in the order of their importance to a reader. */
  Map<String, String> ofJob() {
    Map<String, String> settings = new LinkedHashMap<>();
    String cores = Integer.toString(cluster.coresPerWorker());
    settings.put("spark.executor.cores", cores);
    settings.put("spark.task.cpus", cores);
    settings.put("spark.executor.memory", memory.heap() + "m");
    settings.put("spark.executor.memoryOverhead", memory.overhead() + "m");
    settings.put("spark.driver.memory", memory.heap() + "m");
    settings.put("spark.driver.memoryOverhead", memory.overhead() + "m");
    settings.put("spark.network.maxRemoteBlockSizeFetchToMem", memory.largestFetch() + "m");
    cluster.workers().ifPresent(workers -> settings.putAll(executors(workers)));
    return settings;
  }

  /** Settings that every job has. */
  Map<String, String> ofEveryJob() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.executorEnv.OMP_NUM_THREADS", "1");
    settings.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    settings.put("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    settings.put("spark.dynamicAllocation.enabled", "false");
    settings.put("spark.speculation", "false");
    if (mode == DeployMode.CLUSTER) {
      settings.putAll(untilTheDriverEnds());
    }
    return settings;
  }

  /**
   * Options of the two kinds of JVM, by the setting that takes them.
   *
   * @param ofDriver options of the driver alone
   */
  Map<String, List<String>> javaOptions(List<String> ofDriver) {
    List<String> driver = new ArrayList<>(memory.javaOptions());
    boolean startedByWorker = master.kind() == Master.Kind.STANDALONE && mode == DeployMode.CLUSTER;
    if (startedByWorker) { // without the options that spark-submit gives to other drivers
      driver.add(JavaModuleOptions.defaultModuleOptions());
    }
    driver.addAll(ofDriver);
    Map<String, List<String>> options = new LinkedHashMap<>();
    options.put(EXECUTOR_OPTIONS, memory.javaOptions());
    options.put(startedByWorker ? STANDALONE_DRIVER_OPTIONS : DRIVER_OPTIONS, driver);
    return options;
  }

  private Map<String, String> executors(int workers) {
    return switch (master.kind()) {
      case YARN -> Map.of("spark.executor.instances", Integer.toString(workers));
      case STANDALONE ->
          Map.of("spark.cores.max", Integer.toString(workers * cluster.coresPerWorker()));
      case LOCAL, LOCAL_CLUSTER -> Map.of();
    };
  }

  /** Without these spark-submit ends while the driver runs, or the cluster starts it again. */
  private Map<String, String> untilTheDriverEnds() {
    return switch (master.kind()) {
      case YARN -> Map.of("spark.yarn.maxAppAttempts", "1");
      case STANDALONE ->
          new LinkedHashMap<>(
              Map.of(
                  "spark.master.rest.enabled",
                  "false",
                  "spark.standalone.submit.waitAppCompletion",
                  "true"));
      case LOCAL, LOCAL_CLUSTER -> Map.of();
    };
  }
}
