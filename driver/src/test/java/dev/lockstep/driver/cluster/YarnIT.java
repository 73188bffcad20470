package dev.lockstep.driver.cluster;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Training on YARN. */
class YarnIT extends ClusterContract {
  private static YarnCluster cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    HadoopDaemons.assume();
    cluster = new YarnCluster(work.resolve("cluster"));
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Override
  TestCluster cluster() {
    return cluster;
  }

  @Override
  String success() {
    return "SUCCEEDED";
  }
}
