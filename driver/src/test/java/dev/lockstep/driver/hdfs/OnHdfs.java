package dev.lockstep.driver.hdfs;

import dev.lockstep.driver.cluster.HadoopDaemons;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests on a NameNode and two DataNodes of their own, which are whole again for the next test. */
abstract class OnHdfs {
  @TempDir static Path work;

  static HdfsCluster hdfs;

  @BeforeAll
  static void startHdfs() throws IOException {
    HadoopDaemons.assume();
    hdfs = HdfsCluster.start(work, 2);
  }

  @AfterAll
  static void stopHdfs() {
    if (hdfs != null) {
      hdfs.close();
    }
  }

  /** The next test begins with clients that know of no node's death. */
  @AfterEach
  void heal() throws IOException {
    FileSystem.closeAll();
    hdfs.heal();
  }
}
