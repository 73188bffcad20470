package dev.lockstep.driver.bench.process;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.resources.StopSignal;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program in Python that prints what it has measured, a line of JSON each. */
public final class PythonScript {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final Path python;
  private final Path script;
  private final Path folder;
  private final StopSignal stop;

  /**
   * @param python an interpreter
   * @param script a file
   * @param folder for what the program prints
   */
  public PythonScript(Path python, Path script, Path folder, StopSignal stop) {
    this.python = python;
    this.script = script;
    this.folder = folder;
    this.stop = stop;
  }

  /**
   * Why the program cannot run, if it cannot.
   *
   * @param modules that it needs, such as "torch, numpy"
   */
  public Optional<String> obstacle(String modules) {
    if (!Files.isReadable(script)) {
      return Optional.of("cannot read " + script);
    }
    try {
      return run(List.of("-c", "import " + modules)).exitCode() == 0
          ? Optional.empty()
          : Optional.of(python + " has no " + modules.replace(", ", " and "));
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Runs the program to its end.
   *
   * @param type of its lines
   */
  public <T> List<T> lines(List<String> arguments, Class<T> type) {
    List<String> all = new ArrayList<>(List.of(script.toString()));
    all.addAll(arguments);
    try {
      Ended ended = run(all);
      if (ended.exitCode() != 0) {
        throw failed("exit code " + ended.exitCode() + ", " + ended.lastError(), null);
      }
      return ended.output().stream()
          .map(line -> Json.read(line, type, "the output of " + script))
          .toList();
    } catch (IOException e) {
      throw failed(e.getMessage(), e);
    }
  }

  private record Ended(int exitCode, List<String> output, List<String> errors) {
    String lastError() {
      return errors.isEmpty() ? "no message" : "last line: " + errors.get(errors.size() - 1);
    }
  }

  private Ended run(List<String> arguments) throws IOException {
    File output = folder.resolve("python.out").toFile();
    File errors = folder.resolve("python.err").toFile();
    List<String> command = new ArrayList<>(List.of(python.toString()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectOutput(output).redirectError(errors).start();
    stop.onRequest(() -> kill(process));
    try {
      process.getOutputStream().close();
      if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("no end within " + Waiting.text(DEADLINE), null);
      }
      return new Ended(process.exitValue(), lines(output), lines(errors));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(
          FailureKind.INTERRUPTED, "Interrupted while measuring with " + script, e);
    } finally {
      kill(process);
    }
  }

  private LockstepException failed(String how, Throwable cause) {
    return new LockstepException(
        FailureKind.CLUSTER, "Failed to run %s with %s: %s".formatted(script, python, how), cause);
  }

  private static List<String> lines(File file) throws IOException {
    try (Stream<String> lines = Files.lines(file.toPath(), StandardCharsets.UTF_8)) {
      return lines.filter(line -> !line.isBlank()).toList();
    }
  }

  /** The processes that the program has started go with it. */
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
