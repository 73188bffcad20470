package dev.lockstep.driver.bench.exchange;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Gloo's all-reduce, measured by a program of its own in Python. */
final class GlooScript {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final Path python;
  private final Path script;
  private final Path folder;
  private final StopSignal stop;

  /**
   * @param python an interpreter that has torch
   * @param script takes the number of processes and of floats, prints a line of JSON a size
   * @param folder for what the program prints
   */
  GlooScript(Path python, Path script, Path folder, StopSignal stop) {
    this.python = python;
    this.script = script;
    this.folder = folder;
    this.stop = stop;
  }

  /** A line that the program prints; what else it says is not needed. */
  private record Line(String peer, int processes, int floats, double ms, double busGBps) {}

  /** Why the program cannot run, if it cannot. */
  Optional<String> obstacle() {
    if (!Files.isReadable(script)) {
      return Optional.of("cannot read " + script);
    }
    try {
      return run(List.of("-c", "import torch, numpy")).exitCode() == 0
          ? Optional.empty()
          : Optional.of(python + " has no torch and numpy");
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Seconds of one all-reduce by the number of floats. */
  Map<Integer, Double> seconds(int processes, List<Integer> sizes) {
    List<String> arguments = new ArrayList<>(List.of(script.toString(), processes + ""));
    sizes.forEach(size -> arguments.add(size + ""));
    try {
      Ended ended = run(arguments);
      if (ended.exitCode() != 0) {
        throw failed("exit code " + ended.exitCode() + ", " + ended.lastError(), null);
      }
      Map<Integer, Double> seconds = new HashMap<>();
      for (String text : ended.output()) {
        Line line = Json.read(text, Line.class, "the output of " + script);
        seconds.put(line.floats(), line.ms() / 1e3);
      }
      return seconds;
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
    File output = folder.resolve("gloo.out").toFile();
    File errors = folder.resolve("gloo.err").toFile();
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
      throw new LockstepException(FailureKind.INTERRUPTED, "Interrupted while measuring gloo", e);
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
