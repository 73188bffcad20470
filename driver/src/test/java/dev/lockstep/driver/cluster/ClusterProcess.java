package dev.lockstep.driver.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A daemon of a cluster as a process of its own, with its log in a file. */
public final class ClusterProcess implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final Process process;
  private final Path log;

  private ClusterProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a daemon.
   *
   * @param name of its log, which replaces an earlier one
   * @param work its working directory, where the log is
   */
  public static ClusterProcess start(
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
  public String await(Pattern line) {
    Awaitility.await()
        .atMost(DEADLINE)
        .until(() -> !process.isAlive() || line.matcher(text()).find());
    return found(line, text());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that the daemon has started and that lives. */
  public Stream<ProcessHandle> descendants() {
    return process.descendants();
  }

  /** Ends it as kill -9 does, and waits until it is gone. */
  public void kill() {
    close();
    process.onExit().join();
  }

  /** Stops it as SIGSTOP does: it keeps its connections and answers nothing. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Ends a pause. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Waits for its own end and returns its exit code. */
  public int exitCode(Duration deadline) throws InterruptedException {
    if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("no end within %s; its log: %s".formatted(deadline, text()));
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** What it has written so far. */
  public String text() {
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
