package dev.lockstep.driver.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;

/** Hadoop's cluster manager: a ResourceManager and a NodeManager, each a process. */
final class YarnCluster implements TestCluster {
  private static final String YARN = "org.apache.hadoop.yarn.server.";

  /** The ResourceManager's addresses, which clients find in a file. */
  private static final List<String> ADDRESSES =
      List.of(
          "address",
          "scheduler.address",
          "resource-tracker.address",
          "admin.address",
          "webapp.address");

  private final Path work;
  private final List<ClusterProcess> daemons = new ArrayList<>();

  /**
   * Starts both and waits until the one knows the other.
   *
   * @param work folder for logs and for what runs on the cluster
   */
  YarnCluster(Path work) throws IOException {
    this.work = Files.createDirectories(work);
    Path conf = Files.createDirectories(work.resolve("conf"));
    SiteFile.write(conf.resolve("core-site.xml"), core());
    SiteFile.write(conf.resolve("yarn-site.xml"), yarn());
    try {
      ClusterProcess manager = daemon("resourcemanager.ResourceManager");
      manager.await(Pattern.compile("Transitioned to active"));
      daemon("nodemanager.NodeManager").await(Pattern.compile("Registered with ResourceManager"));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public String master() {
    return "yarn";
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME", SPARK_HOME.toString(),
        "SPARK_CONF_DIR", work.resolve("conf").toString(),
        "HADOOP_CONF_DIR", work.resolve("conf").toString(),
        "SPARK_LOCAL_IP", "127.0.0.1");
  }

  @Override
  public List<String> options() {
    return List.of(
        "--conf",
        "spark.ui.enabled=false",
        "--conf",
        "spark.yarn.jars=local:%s/jars/*".formatted(SPARK_HOME),
        "--conf",
        "spark.yarn.am.memory=512m",
        "--conf",
        "spark.yarn.report.interval=500ms",
        "--conf",
        "spark.yarn.scheduler.heartbeat.interval-ms=500");
  }

  @Override
  public Stream<ProcessHandle> processes() {
    return daemons.stream().flatMap(ClusterProcess::descendants);
  }

  @Override
  public String lastDriver() throws Exception {
    return lastApplication();
  }

  @Override
  public String lastApplication() throws Exception {
    Configuration configuration = new Configuration();
    configuration.addResource(
        new org.apache.hadoop.fs.Path(work.resolve("conf/yarn-site.xml").toUri()));
    try (YarnClient client = YarnClient.createYarnClient()) {
      client.init(configuration);
      client.start();
      return client.getApplications().stream()
          .max(Comparator.comparing(ApplicationReport::getApplicationId))
          .map(last -> last.getFinalApplicationStatus().toString())
          .orElse("none");
    }
  }

  /** Containers outlive a NodeManager that is killed, so they are ended first. */
  @Override
  public void close() {
    daemons.forEach(ClusterProcess::close);
  }

  private ClusterProcess daemon(String type) throws IOException {
    List<String> words = HadoopDaemons.command(work.resolve("conf"), List.of(), YARN + type);
    ClusterProcess daemon =
        ClusterProcess.start(type.replaceFirst(".*\\.", ""), work, environment(), words);
    daemons.add(daemon);
    return daemon;
  }

  private static Map<String, String> core() {
    return Map.of("fs.defaultFS", "file:///", "ipc.client.connect.max.retries", "1");
  }

  private Map<String, String> yarn() throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("yarn.resourcemanager.hostname", "127.0.0.1");
    settings.put("yarn.resourcemanager.bind-host", "127.0.0.1");
    settings.put(
        "yarn.resourcemanager.scheduler.class",
        YARN + "resourcemanager.scheduler.fifo.FifoScheduler");
    settings.put("yarn.resourcemanager.am.max-attempts", "1");
    settings.put("yarn.resourcemanager.nodemanagers.heartbeat-interval-ms", "200");
    settings.put("yarn.resourcemanager.connect.retry-interval.ms", "200");
    settings.put("yarn.scheduler.minimum-allocation-mb", "128");
    settings.put("yarn.scheduler.maximum-allocation-mb", "8192");
    settings.put("yarn.nodemanager.hostname", "127.0.0.1");
    settings.put("yarn.nodemanager.bind-host", "127.0.0.1");
    for (String service : List.of("address", "localizer.address", "webapp.address")) {
      settings.put("yarn.nodemanager." + service, "127.0.0.1:0");
    }
    settings.put("yarn.nodemanager.resource.memory-mb", "8192");
    settings.put("yarn.nodemanager.resource.cpu-vcores", "8");
    settings.put("yarn.nodemanager.vmem-check-enabled", "false");
    settings.put("yarn.nodemanager.local-dirs", work.resolve("local").toString());
    settings.put("yarn.nodemanager.log-dirs", work.resolve("containers").toString());
    settings.put("yarn.nodemanager.env-whitelist", "JAVA_HOME,HADOOP_CONF_DIR");
    settings.put(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "99.9");
    settings.putAll(addresses());
    return settings;
  }

  private static Map<String, String> addresses() throws IOException {
    Map<String, String> addresses = new HashMap<>();
    Iterator<Integer> ports = FreePorts.find(ADDRESSES.size()).iterator();
    for (String service : ADDRESSES) {
      addresses.put("yarn.resourcemanager." + service, "127.0.0.1:" + ports.next());
    }
    return addresses;
  }
}
