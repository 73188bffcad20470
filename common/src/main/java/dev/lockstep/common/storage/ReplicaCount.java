package dev.lockstep.common.storage;

import static org.apache.hadoop.hdfs.client.HdfsClientConfigKeys.DFS_CLIENT_WRITE_PACKET_SIZE_DEFAULT;
import static org.apache.hadoop.hdfs.client.HdfsClientConfigKeys.DFS_CLIENT_WRITE_PACKET_SIZE_KEY;
import static org.apache.hadoop.hdfs.client.HdfsClientConfigKeys.Write.MAX_PACKETS_IN_FLIGHT_DEFAULT;
import static org.apache.hadoop.hdfs.client.HdfsClientConfigKeys.Write.MAX_PACKETS_IN_FLIGHT_KEY;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.hdfs.client.HdfsDataOutputStream;

/**
 * Counts the copies that are made of a file while it is written. HDFS goes on with fewer than it
 * was asked for where a DataNode is gone, and tells nobody; its client knows, once it has found the
 * DataNodes, without a call of HDFS. Of any other file system one copy is said to be wanted and
 * made.
 */
final class ReplicaCount {
  /** Packets beside those that a client of HDFS limits. */
  private static final int BEING_FILLED = 2;

  private final FSDataOutputStream out;
  private final long mostOnItsWay;
  private final int wanted;
  private int fewest;

  /**
   * Begins to count.
   *
   * @param out just opened: what HDFS's client tells before the first byte is what was asked for
   */
  ReplicaCount(FSDataOutputStream out, Configuration settings) throws IOException {
    this.out = out;
    this.mostOnItsWay = mostOnItsWay(settings);
    this.wanted = now();
    this.fewest = wanted;
  }

  /** Counts the copies of the block that is being written. */
  void look() throws IOException {
    fewest = Math.min(fewest, now());
  }

  /**
   * Counts the copies of the last block, before the stream is closed. A short file may be with the
   * client as a whole; flushing it costs a call of the NameNode and a round of the DataNodes.
   *
   * @param length of the file in bytes
   */
  void lookAtLast(long length) throws IOException {
    if (out instanceof HdfsDataOutputStream && length < mostOnItsWay) {
      out.hflush();
    }
    look();
  }

  Replicas result() {
    return new Replicas(fewest, wanted);
  }

  private int now() throws IOException {
    return out instanceof HdfsDataOutputStream hdfs ? hdfs.getCurrentBlockReplication() : 1;
  }

  /** Bytes that a client of HDFS takes before a DataNode has confirmed the first of them. */
  private static long mostOnItsWay(Configuration settings) {
    int packet =
        settings.getInt(DFS_CLIENT_WRITE_PACKET_SIZE_KEY, DFS_CLIENT_WRITE_PACKET_SIZE_DEFAULT);
    int packets = settings.getInt(MAX_PACKETS_IN_FLIGHT_KEY, MAX_PACKETS_IN_FLIGHT_DEFAULT);
    return (packets + BEING_FILLED) * (long) packet;
  }
}
