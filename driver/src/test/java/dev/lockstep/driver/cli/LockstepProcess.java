package dev.lockstep.driver.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code scripts/lockstep} as a process of its own, started in a folder of the test's. */
public final class LockstepProcess {
  public static final Path ROOT = Path.of(System.getProperty("lockstep.root"));

  private final Process process;
  private final Path out;
  private final Path err;

  private LockstepProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts the program.
   *
   * @param work its working directory
   * @param streams folder for what it prints
   */
  public static LockstepProcess start(
      Path script, Path work, Path streams, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> line = new ArrayList<>(List.of(script.toString()));
    line.addAll(List.of(arguments));
    Path out = Files.createTempFile(streams, "out", ".txt");
    Path err = Files.createTempFile(streams, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    return new LockstepProcess(builder.start(), out, err);
  }

  /** Waits for the end and returns the exit code; a process that does not end is killed. */
  public int exitCode(Duration deadline) throws InterruptedException {
    if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end within " + deadline + "; so far: " + err());
    }
    return process.exitValue();
  }

  public Process process() {
    return process;
  }

  public String out() {
    return read(out);
  }

  public List<String> err() {
    return read(err).lines().toList();
  }

  public String lastErrLine() {
    List<String> lines = err();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
