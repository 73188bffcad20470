package dev.lockstep.driver.hdfs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.driver.cluster.ClusterProcess;
import dev.lockstep.driver.cluster.FreePorts;
import dev.lockstep.driver.cluster.HadoopDaemons;
import dev.lockstep.driver.cluster.SiteFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.awaitility.Awaitility;

/** HDFS on this host: a NameNode and DataNodes, each a process that can be killed and started. */
public final class HdfsCluster implements AutoCloseable {
  private static final Pattern REPORTED = Pattern.compile("Successfully sent block report");
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path work;
  private final List<String> options;
  private final String host;
  private final int port;
  private final Map<String, String> security;
  private final List<HdfsNode> dataNodes = new ArrayList<>();
  private HdfsNode nameNode;
  private int folders;

  private HdfsCluster(
      Path work, String host, int port, List<String> options, Map<String, String> security) {
    this.work = work;
    this.host = host;
    this.port = port;
    this.options = options;
    this.security = security;
  }

  /**
   * Starts an open HDFS, which takes a client for whoever it says that it is.
   *
   * @param work folder for settings, logs and blocks
   */
  public static HdfsCluster start(Path work, int dataNodes) throws IOException {
    return start(work, "127.0.0.1", dataNodes, List.of(), Map.of());
  }

  /**
   * Starts an HDFS with settings on top.
   *
   * @param host name under which clients know it
   * @param options of the nodes' JVMs
   * @param security settings of nodes and clients
   */
  static HdfsCluster start(
      Path work, String host, int dataNodes, List<String> options, Map<String, String> security)
      throws IOException {
    List<Integer> ports = FreePorts.find(2);
    HdfsCluster cluster =
        new HdfsCluster(Files.createDirectories(work), host, ports.get(0), options, security);
    Files.createDirectories(cluster.conf());
    SiteFile.write(cluster.conf().resolve("core-site.xml"), cluster.core());
    SiteFile.write(cluster.conf().resolve("hdfs-site.xml"), cluster.hdfs(ports.get(1)));
    Files.writeString(cluster.conf().resolve("hadoop-metrics2.properties"), "*.period=1\n");
    try {
      cluster.launch(dataNodes);
      return cluster;
    } catch (IOException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** The folder with the site files that clients may use. */
  public Path conf() {
    return work.resolve("conf");
  }

  /** Settings for a client that finds out soon that a node is gone. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(security);
    settings.put("fs.defaultFS", uri());
    settings.put("dfs.replication", "1");
    settings.put("dfs.client.retry.window.base", "100");
    settings.put("ipc.client.connect.timeout", "3000");
    return Map.copyOf(settings);
  }

  /** Settings for a client that wants so many copies of each block. */
  public Map<String, String> settings(int replication) {
    Map<String, String> settings = new HashMap<>(settings());
    settings.put("dfs.replication", Integer.toString(replication));
    return Map.copyOf(settings);
  }

  public String uri() {
    return "hdfs://%s:%d".formatted(host, port);
  }

  /** A path that nobody has used; nothing is made. */
  public synchronized String folder() {
    folders++;
    return "%s/test/%d".formatted(uri(), folders);
  }

  public HdfsNode nameNode() {
    return nameNode;
  }

  public HdfsNode dataNode(int index) {
    return dataNodes.get(index);
  }

  /**
   * The DataNode that serves blocks under an address.
   *
   * @param address {@code host:port}
   */
  public HdfsNode dataNodeAt(String address) {
    return dataNodes.stream()
        .filter(node -> node.says("Opened streaming server at /" + address))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no DataNode at " + address));
  }

  /** Starts every node that does not run and waits until all can be written to. */
  public void heal() throws IOException {
    nameNode.ensureRunning();
    for (HdfsNode node : dataNodes) {
      node.ensureRunning();
    }
    awaitReady();
    leaveSafeMode();
    awaitSpace();
  }

  /** Makes the file system read-only. */
  public void enterSafeMode() throws IOException {
    administer(hdfs -> hdfs.setSafeMode(SafeModeAction.SAFEMODE_ENTER));
  }

  /** Makes it writable. */
  public void leaveSafeMode() throws IOException {
    administer(hdfs -> hdfs.setSafeMode(SafeModeAction.SAFEMODE_LEAVE));
  }

  /** Waits until all DataNodes have told the NameNode how much space they have. */
  private void awaitSpace() {
    Awaitility.await()
        .atMost(DEADLINE)
        .ignoreExceptions()
        .until(() -> administer(HdfsCluster::nodesWithSpace) == dataNodes.size());
  }

  private static long nodesWithSpace(DistributedFileSystem hdfs) throws IOException {
    return Stream.of(hdfs.getDataNodeStats(DatanodeReportType.LIVE))
        .filter(node -> node.getRemaining() > 0)
        .count();
  }

  /** Something that an administrator does. */
  public interface Task<T> {
    T run(DistributedFileSystem hdfs) throws IOException;
  }

  /** Does something as the superuser, over a connection of its own. */
  public <T> T administer(Task<T> task) throws IOException {
    try (FileSystem hdfs = FileSystem.newInstance(URI.create(uri()), configuration())) {
      return task.run((DistributedFileSystem) hdfs);
    }
  }

  /** How often the living DataNodes have forced a block to disk. */
  long synced() throws IOException {
    long synced = 0;
    for (DatanodeInfo node : administer(h -> h.getDataNodeStats(DatanodeReportType.LIVE))) {
      String figures = "http://%s:%d/jmx?qry=Hadoop:service=DataNode,name=DataNodeActivity*";
      URI uri = URI.create(figures.formatted(node.getIpAddr(), node.getInfoPort()));
      synced += MAPPER.readTree(uri.toURL()).path("beans").path(0).path("FsyncCount").asLong();
    }
    return synced;
  }

  /** {@link #settings} as Hadoop's classes take them. */
  Configuration configuration() {
    Configuration configuration = new Configuration();
    settings().forEach(configuration::set);
    // no connection outlives its call, so that none leads to a node that was killed meanwhile
    configuration.set("ipc.client.connection.maxidletime", "0");
    return configuration;
  }

  @Override
  public void close() {
    dataNodes.forEach(HdfsNode::close);
    if (nameNode != null) {
      nameNode.close();
    }
  }

  private void launch(int count) throws IOException {
    format();
    nameNode =
        HdfsNode.start("namenode", work, options, List.of(HdfsNode.NAME_NODE), HdfsNode.SERVES);
    for (int i = 0; i < count; i++) {
      String name = "datanode" + i;
      String folder = "dfs.datanode.data.dir=" + work.resolve(name);
      dataNodes.add(
          HdfsNode.start(name, work, options, List.of(HdfsNode.DATA_NODE, "-D", folder), REPORTED));
    }
    awaitReady();
    awaitSpace();
  }

  private void awaitReady() {
    nameNode.awaitReady();
    dataNodes.forEach(HdfsNode::awaitReady);
  }

  private void format() throws IOException {
    List<String> words =
        HadoopDaemons.command(conf(), options, HdfsNode.NAME_NODE, "-format", "-nonInteractive");
    ClusterProcess.start("format", work, Map.of(), words)
        .await(Pattern.compile("has been successfully formatted"));
  }

  private Map<String, String> core() {
    Map<String, String> settings = new HashMap<>(security);
    settings.put("fs.defaultFS", uri());
    settings.put("hadoop.tmp.dir", work.resolve("tmp").toString());
    settings.put("ipc.client.connect.max.retries", "1");
    settings.put("ipc.client.connect.retry.interval", "200");
    return settings;
  }

  private Map<String, String> hdfs(int webPort) {
    Map<String, String> settings = HdfsSite.of(host);
    settings.put("dfs.namenode.name.dir", work.resolve("names").toString());
    settings.put("dfs.namenode.http-address", "%s:%d".formatted(host, webPort));
    settings.putAll(security);
    return settings;
  }
}
