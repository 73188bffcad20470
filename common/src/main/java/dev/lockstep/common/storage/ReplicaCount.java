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
 * Counts the copies that are made of a file. HDFS goes on with fewer than it was asked for where a
 * DataNode is gone, and tells nobody; its client knows of those that the last block goes to. One
 * that goes while the last bytes are on their way is missed, but not with the next file. Of a file
 * in an erasure-coded folder, and on any other file system, one copy is said to be wanted and made.
 */
final class ReplicaCount {
  /** Packets beside those that a client of HDFS limits. */
  private static final int BEING_FILLED = 2;

  private final FSDataOutputStream out;
  private final long blockSize;
  private final long mostOnItsWay;
  private final int wanted;

  /**
   * Begins to count.
   *
   * @param out just opened: what HDFS's client tells before the first byte is what was asked for
   * @param blockSize of the file in bytes
   */
  ReplicaCount(FSDataOutputStream out, long blockSize, Configuration settings) throws IOException {
    this.out = out;
    this.blockSize = blockSize;
    this.mostOnItsWay = mostOnItsWay(settings);
    this.wanted = now();
  }

  /**
   * The copies at the end of the file, to be asked for before the stream is closed. A short last
   * block may not have been sent to any DataNode; flushing it costs a call of the NameNode and a
   * round of the DataNodes.
   *
   * @param length of the file in bytes
   */
  Replicas atTheEnd(long length) throws IOException {
    if (wanted > 1 && length % blockSize < mostOnItsWay) {
      out.hflush();
    }
    return new Replicas(now(), wanted);
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
