package dev.lockstep.driver.cluster;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Training on Spark's own cluster manager. */
class ClusterIT extends ClusterContract {
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = new StandaloneCluster(work.resolve("cluster"), 2, 2);
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
    return "FINISHED";
  }
}
