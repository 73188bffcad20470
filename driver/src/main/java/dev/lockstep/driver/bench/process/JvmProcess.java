package dev.lockstep.driver.bench.process;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One JVM of a measurement as its parent sees it; a thread reads what it says until its end. */
final class JvmProcess {
  private static final Logger LOG = LoggerFactory.getLogger(JvmProcess.class);
  private static final Duration END = Duration.ofSeconds(10);

  private final int index;
  private final Process process;
  private final File errors;
  private final Writer input;
  private final Thread reader;

  private JvmProcess(int index, Process process, File errors, Consumer<Event> events) {
    this.index = index;
    this.process = process;
    this.errors = errors;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.reader = new Thread(() -> read(events), "lockstep-bench-process-" + index);
    reader.setDaemon(true);
    reader.start();
  }

  /** A line that a JVM printed, or none: its output has ended. */
  record Event(int index, Optional<String> line) {}

  static JvmProcess start(
      JvmLaunch launch, int index, List<String> wrapper, Consumer<Event> events) {
    ProcessBuilder builder = launch.builder(index, wrapper);
    try {
      return new JvmProcess(index, builder.start(), launch.errors(index), events);
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.CLUSTER,
          "Cannot start benchmark process %d: %s".formatted(index, e.getMessage()),
          e);
    }
  }

  /** Sends a line; to a process that is gone it is lost, which its end of output tells. */
  void tell(String line) {
    try {
      input.write(line);
      input.write('\n');
      input.flush();
    } catch (IOException e) {
      LOG.warn("Failed to write to benchmark process {}", index, e);
    }
  }

  /** How it came to its end, once its output has ended. */
  String end() {
    return awaitEnd()
        ? "exit code %d%s".formatted(process.exitValue(), lastWords())
        : "closed its output";
  }

  /** Ends it at once; may be called again. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits until a process that was killed is gone. */
  void awaitGone() {
    if (!awaitEnd()) {
      LOG.warn("Benchmark process {} (pid {}) does not end", index, process.pid());
    }
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String lastWords() {
    try {
      List<String> lines =
          Files.readString(errors.toPath(), StandardCharsets.UTF_8).lines().toList();
      return lines.isEmpty() ? "" : ", last line: " + lines.get(lines.size() - 1);
    } catch (IOException e) {
      LOG.warn("Failed to read {}", errors, e);
      return "";
    }
  }

  private void read(Consumer<Event> events) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        events.accept(new Event(index, Optional.of(line)));
      }
    } catch (IOException e) { // its output was closed because it was killed
      LOG.debug("Benchmark process {} is cut off", index, e);
    }
    events.accept(new Event(index, Optional.empty()));
  }
}
