package dev.lockstep.driver.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the start script has started this JVM: to run a command itself, or to hand it to
 * spark-submit.
 *
 * @param jobJar what is submitted; empty where this JVM runs the command itself
 * @param line file that takes the words of the line, each with a zero byte behind it, where the
 *     script starts spark-submit in place of this JVM
 * @param environment of the process
 */
record Launcher(Optional<String> jobJar, Optional<Path> line, Map<String, String> environment) {
  static Launcher ofProcess() {
    return new Launcher(
        Optional.ofNullable(System.getProperty("lockstep.submit.jar")),
        Optional.ofNullable(System.getProperty("lockstep.submit.line")).map(Path::of),
        System.getenv());
  }
}
