package dev.lockstep.driver.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Training on YARN. */
class YarnIT extends ClusterContract {
  private static YarnCluster cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    assumeTrue(
        Files.isDirectory(YarnCluster.DAEMONS),
        "no jars of YARN's daemons in driver/target/yarn: Maven's phase verify puts them there");
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
