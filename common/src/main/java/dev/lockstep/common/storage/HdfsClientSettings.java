package dev.lockstep.common.storage;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/**
 * How a client of HDFS waits, where no site file says otherwise.
 *
 * <p>A node that hangs, or whose host cannot be reached, must become a failure, which {@link
 * Patience} then deals with: Hadoop itself waits for the answer of a NameNode without end, and for
 * a connection a quarter of an hour. Those times are per call, so they are long enough for a
 * NameNode that collects garbage. Where HDFS has several NameNodes, its client asks one after the
 * other for minutes on end while none of them is active, and one that becomes active again and
 * again; here both take some 15 s, in which another can take over.
 *
 * <p>A client also sleeps before it asks again whether the last block of a file has been reported.
 * HDFS starts with 400 ms, which makes up most of the time of a small file; here it is 25 ms,
 * doubled as often as it takes to wait as long in all.
 *
 * <p>What is written goes to a DataNode in packets, each of which wakes five threads. Of HDFS's 64
 * KiB a checkpoint has a hundred, while the training needs the cores; here they have 256 KiB, and
 * as many bytes as with HDFS's settings may be on their way.
 */
public final class HdfsClientSettings {
  private static final String LAST_BLOCK = "dfs.client.block.write.locateFollowingBlock.";

  private static final Map<String, String> OURS =
      Map.ofEntries(
          Map.entry("ipc.client.rpc-timeout.ms", "30000"),
          Map.entry("ipc.client.connect.timeout", "10000"),
          Map.entry("ipc.client.connect.max.retries.on.timeouts", "2"),
          Map.entry("ipc.client.connect.max.retries", "3"),
          Map.entry("dfs.client.failover.max.attempts", "5"),
          Map.entry("dfs.client.retry.max.attempts", "5"),
          Map.entry("dfs.client.socket-timeout", "30000"),
          Map.entry(LAST_BLOCK + "initial.delay.ms", "25"),
          Map.entry(LAST_BLOCK + "retries", "9"),
          Map.entry("dfs.client-write-packet-size", "262144"),
          Map.entry("dfs.client.write.max-packets-in-flight", "20"));

  private HdfsClientSettings() {}

  /**
   * Those that the site files of the class path do not set, for whoever opens file systems beside
   * {@link Storage}: Hadoop keeps a file system with the settings of the first who opens it.
   */
  public static Map<String, String> besideSiteFiles() {
    return unsetIn(new Configuration());
  }

  /** Sets them, but for those that a site file sets. */
  static void apply(Configuration configuration) {
    unsetIn(configuration).forEach(configuration::set);
  }

  private static Map<String, String> unsetIn(Configuration configuration) {
    HdfsConfiguration.init(); // from here on configurations know HDFS's defaults and site file
    return OURS.entrySet().stream()
        .filter(ours -> !GivenSettings.isGiven(configuration, ours.getKey()))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
