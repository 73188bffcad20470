package dev.lockstep.common.storage;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/**
 * How long a client of HDFS sleeps before it asks again whether the last block of a file has been
 * reported. HDFS starts with 400 ms, which makes up most of the time of a small file; here it is 25
 * ms, doubled as often as it takes to wait as long in all.
 */
final class HdfsPauses {
  private static final String PREFIX = "dfs.client.block.write.locateFollowingBlock.";
  private static final Map<String, String> SHORT =
      Map.of(PREFIX + "initial.delay.ms", "25", PREFIX + "retries", "9");

  private HdfsPauses() {}

  /** Sets the pauses, unless a site file does. */
  static void shorten(Configuration configuration) {
    HdfsConfiguration.init(); // from here on configurations know HDFS's defaults and site file
    SHORT.forEach(
        (key, value) -> {
          if (isDefault(configuration.getPropertySources(key))) {
            configuration.set(key, value);
          }
        });
  }

  private static boolean isDefault(String[] sources) {
    return sources == null || sources[sources.length - 1].endsWith("-default.xml");
  }
}
