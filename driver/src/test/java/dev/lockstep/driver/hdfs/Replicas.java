package dev.lockstep.driver.hdfs;

import java.io.IOException;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.awaitility.Awaitility;

/** Where the copies of a file's first block are. */
record Replicas(HdfsCluster hdfs, org.apache.hadoop.fs.Path file) {
  static Replicas of(HdfsCluster hdfs, String file) {
    return new Replicas(hdfs, new org.apache.hadoop.fs.Path(file));
  }

  /** Waits until there is one replica only, and tells where: {@code host:port}. */
  String leaveOne() throws IOException {
    hdfs.administer(root -> root.setReplication(file, (short) 1));
    Awaitility.await().atMost(CheckpointedRun.LONG).until(() -> holders().length == 1);
    return holders()[0];
  }

  private String[] holders() throws IOException {
    return hdfs.administer(
        root -> {
          FileStatus status = root.getFileStatus(file);
          BlockLocation[] blocks = root.getFileBlockLocations(status, 0, status.getLen());
          return blocks[0].getNames();
        });
  }
}
