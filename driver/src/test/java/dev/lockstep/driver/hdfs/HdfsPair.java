package dev.lockstep.driver.hdfs;

import dev.lockstep.driver.cluster.ClusterProcess;
import dev.lockstep.driver.cluster.FreePorts;
import dev.lockstep.driver.cluster.HadoopDaemons;
import dev.lockstep.driver.cluster.SiteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * HDFS with two NameNodes under a name that is no host's. One is active; when it is killed, the
 * other takes over once it is told to.
 */
final class HdfsPair implements AutoCloseable {
  private static final String NAME = "pair";
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final String ADMIN = "org.apache.hadoop.hdfs.tools.DFSHAAdmin";
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private static final Pattern REPORTED_TO_BOTH =
      Pattern.compile("(?s)Successfully sent block report.*Successfully sent block report");

  private final Path work;
  private final Map<String, String> settings;
  private final Map<String, HdfsNode> nameNodes = new LinkedHashMap<>();
  private HdfsNode dataNode;
  private String active = FIRST;
  private int folders;

  private HdfsPair(Path work, Map<String, String> settings) {
    this.work = work;
    this.settings = settings;
  }

  /**
   * Starts two NameNodes, which share a folder of edits, and a DataNode.
   *
   * @param work folder for settings, logs and blocks
   */
  static HdfsPair start(Path work) throws IOException, InterruptedException {
    HdfsPair pair = new HdfsPair(Files.createDirectories(work), clients(FreePorts.find(4)));
    try {
      pair.launch();
      return pair;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      pair.close();
      throw e;
    }
  }

  /** The folder with the site files that clients may use. */
  Path conf() {
    return work.resolve("conf");
  }

  /** Settings for a client without site files. */
  Map<String, String> settings() {
    return settings;
  }

  /** A path that nobody has used; nothing is made. */
  String folder() {
    folders++;
    return "hdfs://%s/test/%d".formatted(NAME, folders);
  }

  /** Ends the active NameNode as kill -9 does; nobody takes over by itself. */
  void killActive() {
    nameNodes.get(active).kill();
  }

  /** Makes the other NameNode the active one. */
  void takeOver() throws IOException, InterruptedException {
    active = active.equals(FIRST) ? SECOND : FIRST;
    activate();
  }

  /** Starts every node that does not run and makes one NameNode active. */
  void heal() throws IOException, InterruptedException {
    for (HdfsNode node : nameNodes.values()) {
      node.ensureRunning();
      node.awaitReady();
    }
    activate();
  }

  @Override
  public void close() {
    nameNodes.values().forEach(HdfsNode::close);
    if (dataNode != null) {
      dataNode.close();
    }
  }

  private void launch() throws IOException, InterruptedException {
    Files.createDirectories(conf());
    Files.createDirectories(work.resolve("edits"));
    SiteFile.write(conf().resolve("core-site.xml"), core());
    SiteFile.write(conf().resolve("hdfs-site.xml"), hdfs());
    run(HdfsNode.NAME_NODE, "-D", own(FIRST), "-format", "-nonInteractive");
    startNameNode(FIRST);
    run(HdfsNode.NAME_NODE, "-D", own(SECOND), "-bootstrapStandby", "-nonInteractive");
    startNameNode(SECOND);
    List<String> words = List.of(HdfsNode.DATA_NODE);
    dataNode = HdfsNode.start("datanode", work, List.of(), words, REPORTED_TO_BOTH);
    dataNode.awaitReady();
    activate();
  }

  private void startNameNode(String id) throws IOException {
    List<String> words = List.of(HdfsNode.NAME_NODE, "-D", own(id));
    HdfsNode node = HdfsNode.start(id, work, List.of(), words, HdfsNode.SERVES);
    nameNodes.put(id, node);
    node.awaitReady();
  }

  /** A NameNode on a host with another could not tell by its address which of them it is. */
  private static String own(String id) {
    return "dfs.ha.namenode.id=" + id;
  }

  private void activate() throws IOException, InterruptedException {
    run(ADMIN, "-transitionToActive", "--forceactive", active);
  }

  private void run(String... main) throws IOException, InterruptedException {
    ClusterProcess tool =
        ClusterProcess.start(
            "tool", work, Map.of(), HadoopDaemons.command(conf(), List.of(), main));
    if (tool.exitCode(DEADLINE) != 0) {
      throw new AssertionError("%s failed: %s".formatted(List.of(main), tool.text()));
    }
  }

  private static Map<String, String> clients(List<Integer> ports) {
    Map<String, String> settings = new HashMap<>();
    settings.put("dfs.replication", "1");
    settings.put("dfs.nameservices", NAME);
    settings.put("dfs.ha.namenodes." + NAME, FIRST + "," + SECOND);
    settings.put(
        "dfs.client.failover.proxy.provider." + NAME,
        "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider");
    addresses(settings, FIRST, ports.get(0), ports.get(1));
    addresses(settings, SECOND, ports.get(2), ports.get(3));
    return Map.copyOf(settings);
  }

  private static void addresses(Map<String, String> settings, String id, int port, int webPort) {
    String of = "address.%s.%s".formatted(NAME, id);
    settings.put("dfs.namenode.rpc-" + of, "127.0.0.1:" + port);
    settings.put("dfs.namenode.http-" + of, "127.0.0.1:" + webPort);
  }

  private Map<String, String> core() {
    return Map.of(
        "fs.defaultFS", "hdfs://" + NAME, "hadoop.tmp.dir", work.resolve("tmp").toString());
  }

  private Map<String, String> hdfs() {
    Map<String, String> site = HdfsSite.of("127.0.0.1");
    site.putAll(settings);
    site.put("dfs.namenode.shared.edits.dir", work.resolve("edits").toUri().toString());
    site.put("dfs.ha.fencing.methods", "shell(/bin/true)");
    site.put("dfs.ha.tail-edits.period", "1");
    for (String id : List.of(FIRST, SECOND)) {
      site.put("dfs.namenode.name.dir.%s.%s".formatted(NAME, id), work.resolve(id).toString());
    }
    return site;
  }
}
