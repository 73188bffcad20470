package dev.lockstep.driver.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** A file of settings as Hadoop's daemons and clients read it. */
public final class SiteFile {
  private SiteFile() {}

  public static void write(Path file, Map<String, String> settings) throws IOException {
    Configuration configuration = new Configuration(false);
    settings.forEach(configuration::set);
    try (OutputStream out = Files.newOutputStream(file)) {
      configuration.writeXml(out);
    }
  }
}
