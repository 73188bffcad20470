package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.client.HdfsClientConfigKeys;
import org.apache.hadoop.hdfs.client.HdfsClientConfigKeys.Write;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of HDFS waits neither without end nor longer than it has to. */
@Timeout(30)
class HdfsClientSettingsTest {
  private static final String DELAY =
      "dfs.client.block.write.locateFollowingBlock.initial.delay.ms";
  private static final String RETRIES = "dfs.client.block.write.locateFollowingBlock.retries";
  private static final String ANSWER = "ipc.client.rpc-timeout.ms";
  private static final String CONNECTION = "ipc.client.connect.timeout";
  private static final String CONNECTIONS = "ipc.client.connect.max.retries.on.timeouts";

  @Test
  void asksSoonForTheLastBlockAndWaitsAsLongInAll() {
    Configuration configuration = new Configuration();

    HdfsClientSettings.apply(configuration);

    int delay = configuration.getInt(DELAY, 400);
    int retries = configuration.getInt(RETRIES, 5);
    assertThat(delay).isEqualTo(25);
    assertThat(delay * ((1 << retries) - 1)).isGreaterThanOrEqualTo(400 * ((1 << 5) - 1));
  }

  @Test
  void givesANameNodeThatHangsOrCannotBeReachedLessThanAMinute() {
    Configuration configuration = new Configuration();

    HdfsClientSettings.apply(configuration);

    assertThat(configuration.getInt(ANSWER, 0)).isBetween(1, 60_000);
    assertThat(
            configuration.getInt(CONNECTION, 20_000) * (1 + configuration.getInt(CONNECTIONS, 45)))
        .isLessThan(60_000);
  }

  @Test
  void writesInLargerPacketsAndInNoMoreMemory() {
    Configuration configuration = new Configuration();

    HdfsClientSettings.apply(configuration);

    int packet =
        configuration.getInt(HdfsClientConfigKeys.DFS_CLIENT_WRITE_PACKET_SIZE_KEY, 1 << 16);
    int packets = configuration.getInt(Write.MAX_PACKETS_IN_FLIGHT_KEY, 80);
    assertThat(packet).isEqualTo(1 << 18);
    assertThat(packet * packets).isEqualTo((1 << 16) * Write.MAX_PACKETS_IN_FLIGHT_DEFAULT);
  }

  @Test
  void leavesWhatASiteFileSays() {
    Configuration configuration = new Configuration();
    addSiteFile(configuration, DELAY, "70");
    addSiteFile(configuration, ANSWER, "0");

    HdfsClientSettings.apply(configuration);

    assertThat(configuration.getInt(DELAY, 400)).isEqualTo(70);
    assertThat(configuration.getInt(ANSWER, 1)).isZero();
    assertThat(configuration.getInt(RETRIES, 5)).isEqualTo(9);
  }

  /** The system takes connections for a listener that never looks at them. */
  @Test
  void failsInAPassingWayWhereANameNodeTakesConnectionsButSaysNothing() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String path = "hdfs://127.0.0.1:%d/x".formatted(silent.getLocalPort());
      Storage storage = new Storage(Map.of(ANSWER, "500"));

      assertThatThrownBy(() -> storage.exists(path))
          .hasMessageStartingWith("Cannot look up " + path + ": ")
          .hasMessageContaining("500 millis timeout")
          .satisfies(failure -> assertThat(TransientFailure.is(failure)).isTrue());
    }
  }

  private static void addSiteFile(Configuration configuration, String key, String value) {
    String site =
        "<configuration><property><name>%s</name><value>%s</value></property></configuration>"
            .formatted(key, value);
    configuration.addResource(
        new ByteArrayInputStream(site.getBytes(StandardCharsets.UTF_8)), "hdfs-site.xml");
  }
}
