package dev.lockstep.common.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.hdfs.client.HdfsDataOutputStream;

/**
 * Counts the copies that are made of a file. HDFS goes on with fewer than it was asked for where a
 * DataNode is gone, and tells nobody; its client knows of those that the last block goes to. Of a
 * file in an erasure-coded folder, and on any other file system, one copy is said to be wanted and
 * made.
 */
final class ReplicaCount {
  private final FSDataOutputStream out;
  private final int wanted;

  /**
   * Begins to count.
   *
   * @param out just opened: what HDFS's client tells before the first byte is what was asked for
   */
  ReplicaCount(FSDataOutputStream out) throws IOException {
    this.out = out;
    this.wanted = now();
  }

  /**
   * The copies at the end of the file, to be asked for before the stream is closed. Where several
   * are wanted, they are made first: a call of the NameNode and a round of the DataNodes.
   */
  Replicas atTheEnd() throws IOException {
    if (wanted > 1) {
      out.hflush();
    }
    return new Replicas(now(), wanted);
  }

  private int now() throws IOException {
    return out instanceof HdfsDataOutputStream hdfs ? hdfs.getCurrentBlockReplication() : 1;
  }
}
