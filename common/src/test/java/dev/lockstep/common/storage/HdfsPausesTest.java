package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of HDFS asks soon whether a small file is complete. */
@Timeout(30)
class HdfsPausesTest {
  private static final String DELAY =
      "dfs.client.block.write.locateFollowingBlock.initial.delay.ms";
  private static final String RETRIES = "dfs.client.block.write.locateFollowingBlock.retries";

  @Test
  void areShortAndWaitAsLongInAll() {
    Configuration configuration = new Configuration();

    HdfsPauses.shorten(configuration);

    int delay = configuration.getInt(DELAY, 400);
    int retries = configuration.getInt(RETRIES, 5);
    assertThat(delay).isEqualTo(25);
    assertThat(delay * ((1 << retries) - 1)).isGreaterThanOrEqualTo(400 * ((1 << 5) - 1));
  }

  @Test
  void areThoseOfASiteFileWhereThatSaysSo() {
    String site =
        "<configuration><property><name>%s</name><value>70</value></property></configuration>"
            .formatted(DELAY);
    Configuration configuration = new Configuration();
    configuration.addResource(
        new ByteArrayInputStream(site.getBytes(StandardCharsets.UTF_8)), "hdfs-site.xml");

    HdfsPauses.shorten(configuration);

    assertThat(configuration.getInt(DELAY, 400)).isEqualTo(70);
    assertThat(configuration.getInt(RETRIES, 5)).isEqualTo(9);
  }
}
