package dev.lockstep.driver.cli;

import dev.lockstep.driver.resources.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file that takes the log of this process, stack traces included. */
final class ProcessLog {
  private static final String FILE = "lockstep.log.file";
  private static final String CONFIGURATION = "log4j2.configurationFile";

  private ProcessLog() {}

  /**
   * Names the file and the logging configuration where the start script has not. To be called
   * before the first logger is made.
   */
  static void open() {
    String name = ProcessHandle.current().pid() + ".log";
    System.getProperties().putIfAbsent(FILE, TemporaryFolder.path(name).toString());
    System.getProperties().putIfAbsent(CONFIGURATION, "lockstep-log4j2.xml");
  }

  /** The file, where it could be written. */
  static Optional<Path> file() {
    return Optional.ofNullable(System.getProperty(FILE)).map(Path::of).filter(Files::exists);
  }
}
