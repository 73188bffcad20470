package dev.lockstep.common.storage;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/** What site files and programs say of Hadoop, apart from Hadoop's own defaults. */
final class GivenSettings {
  private GivenSettings() {}

  /** The settings that are no defaults, as they are written, with variables such as user.name. */
  static Map<String, String> of(Configuration configuration) {
    return StreamSupport.stream(configuration.spliterator(), false)
        .filter(setting -> isGiven(configuration, setting.getKey()))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Sets what a configuration has from nowhere else than Hadoop's defaults. */
  static void addMissing(Map<String, String> settings, Configuration configuration) {
    HdfsConfiguration.init(); // from here on configurations know HDFS's defaults and site file
    settings.forEach(
        (key, value) -> {
          if (!isGiven(configuration, key)) {
            configuration.set(key, value);
          }
        });
  }

  /**
   * Whether a setting comes from elsewhere than Hadoop's defaults. A file that a configuration was
   * written to, which is how YARN's containers get it, says of each setting where it came from.
   */
  static boolean isGiven(Configuration configuration, String key) {
    String[] sources = configuration.getPropertySources(key);
    return sources != null && !sources[0].endsWith("-default.xml");
  }
}
