package dev.lockstep.common.storage;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;

/**
 * What a process on another host has to know to open the same file systems as this one. Its own
 * site files win over those of this host: what they say of the host, such as a folder for temporary
 * files, is nobody else's to say.
 *
 * @param given settings that win over all site files
 * @param site what the site files of this process's class path say
 */
public record StorageSettings(TreeMap<String, String> given, TreeMap<String, String> site)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The settings of this process. */
  public static StorageSettings of(Map<String, String> given) {
    HdfsConfiguration.init(); // from here on configurations know HDFS's site file
    return new StorageSettings(
        new TreeMap<>(given), new TreeMap<>(GivenSettings.of(new Configuration())));
  }

  /** The file systems, seen from here. */
  public Storage open() {
    return new Storage(given, site);
  }

  /** Leaves out the values, of which some may be secret. */
  @Override
  public String toString() {
    return "Hadoop settings %s and %s".formatted(given.keySet(), site.keySet());
  }
}
