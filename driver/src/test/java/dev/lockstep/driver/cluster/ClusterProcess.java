package dev.lockstep.driver.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A daemon of a cluster as a process of its own, with its log in a file. */
final class ClusterProcess implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final Process process;
  private final Path log;

  private ClusterProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ClusterProcess start(
      String name, Path work, Map<String, String> environment, List<String> words)
      throws IOException {
    Path log = work.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    ClusterProcess started = new ClusterProcess(builder.start(), log);
    // Whoever ends the tests in the middle is not to find their daemons running.
    Runtime.getRuntime().addShutdownHook(new Thread(started::close, "end-" + name));
    return started;
  }

  /** Waits for a line of the log and returns the first group of the pattern. */
  String await(Pattern line) {
    Awaitility.await()
        .atMost(DEADLINE)
        .until(() -> !process.isAlive() || line.matcher(text()).find());
    return found(line, text());
  }

  /** Everything that the daemon has started and that lives. */
  Stream<ProcessHandle> descendants() {
    return process.descendants();
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private String text() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String found(Pattern line, String text) {
    return line.matcher(text)
        .results()
        .findFirst()
        .map(ClusterProcess::firstGroup)
        .orElseThrow(() -> new AssertionError("a daemon has ended; its log: " + text));
  }

  private static String firstGroup(MatchResult match) {
    return match.groupCount() == 0 ? match.group() : match.group(1);
  }
}
