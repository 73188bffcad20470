package dev.lockstep.driver.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.driver.cli.LockstepProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the daemons of Hadoop are started: small JVMs on jars that the build has resolved. */
public final class HadoopDaemons {
  /** Where the build puts the daemons' jars that the program itself does without. */
  private static final Path JARS = LockstepProcess.ROOT.resolve("driver/target/hadoop");

  private static final Path PROGRAM =
      LockstepProcess.ROOT.resolve("driver/target/classpath-all.txt");

  private static final Pattern CLIENT_OR_LOGGING =
      Pattern.compile(
          "(hadoop-client-(api|runtime)|slf4j-api|log4j-|commons-logging|snappy-java).*");

  private HadoopDaemons() {}

  /** Skips the test where the build has not resolved the daemons. */
  public static void assume() {
    assumeTrue(
        Files.isDirectory(JARS) && Files.isRegularFile(PROGRAM),
        "no jars of Hadoop's daemons in driver/target/hadoop: Maven's phase verify puts them there");
  }

  /**
   * The line that starts a daemon.
   *
   * @param conf folder of its site files
   * @param options of its JVM
   * @param main the class, and its arguments
   */
  public static List<String> command(Path conf, List<String> options, String... main)
      throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-Dlog4j2.level=INFO",
                "--add-opens=java.base/java.lang=ALL-UNNAMED"));
    words.addAll(options);
    words.addAll(List.of("-cp", classPath(conf)));
    words.addAll(List.of(main));
    return words;
  }

  private static String classPath(Path conf) throws IOException {
    String[] program = Files.readString(PROGRAM).strip().split(File.pathSeparator);
    return Stream.concat(
            Stream.of(conf.toString(), JARS + "/*"),
            Stream.of(program).filter(HadoopDaemons::isForDaemons))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isForDaemons(String jar) {
    return CLIENT_OR_LOGGING.matcher(Path.of(jar).getFileName().toString()).matches();
  }
}
