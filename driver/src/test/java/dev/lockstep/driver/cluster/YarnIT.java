package dev.lockstep.driver.cluster;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  /** In cluster mode, where YARN has the driver too: each takes more than half a minute. */
  @Override
  @ParameterizedTest
  @EnumSource(names = "CLUSTER")
  void goesOnToTheEndWhereAnExecutorIsKilled(DeployMode mode) throws Exception {
    super.goesOnToTheEndWhereAnExecutorIsKilled(mode);
  }
}
