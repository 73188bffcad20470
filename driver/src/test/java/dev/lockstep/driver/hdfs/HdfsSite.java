package dev.lockstep.driver.hdfs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the site files of every small HDFS on this host say. */
final class HdfsSite {
  private HdfsSite() {}

  /**
   * Settings of nodes that are quick to see what happens.
   *
   * @param host name under which clients know the DataNodes
   */
  static Map<String, String> of(String host) {
    Map<String, String> settings = new HashMap<>();
    settings.put("dfs.replication", "1");
    settings.put("dfs.namenode.datanode.registration.ip-hostname-check", "false");
    settings.put("dfs.namenode.safemode.extension", "0");
    settings.put("dfs.namenode.safemode.min.datanodes", "0");
    settings.put("dfs.namenode.heartbeat.recheck-interval", "1000");
    settings.put("dfs.heartbeat.interval", "1");
    settings.put("dfs.namenode.redundancy.considerLoad", "false");
    settings.put("dfs.blockreport.initialDelay", "0");
    settings.put("dfs.datanode.hostname", host);
    for (String service : List.of("address", "http.address", "ipc.address")) {
      settings.put("dfs.datanode." + service, "127.0.0.1:0");
    }
    return settings;
  }
}
