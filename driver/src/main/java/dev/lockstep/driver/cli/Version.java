package dev.lockstep.driver.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the figures that the build wrote beside this class. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      build.load(in);
    }
    return new String[] {
      "lockstep " + build.getProperty("lockstep"),
      "Spark %s, Deeplearning4j %s, Java %s"
          .formatted(
              build.getProperty("spark"),
              build.getProperty("deeplearning4j"),
              System.getProperty("java.version"))
    };
  }
}
