package dev.lockstep.driver.bench;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;

/** Finds benchmarks by name and runs them. */
public final class Benchmarks {
  private final List<Benchmark> benchmarks;
  private final Clock clock;

  public Benchmarks(List<Benchmark> benchmarks, Clock clock) {
    this.benchmarks = List.copyOf(benchmarks);
    this.clock = clock;
  }

  /** All of them, in the order in which they are listed. */
  public List<Benchmark> all() {
    return benchmarks;
  }

  /**
   * Runs the benchmark of that name.
   *
   * @param changes of its options
   * @throws LockstepException of kind {@link FailureKind#CONFIG} for a name or an option that there
   *     is not
   */
  public BenchmarkReport run(String name, Map<String, String> changes, Progress progress) {
    Benchmark benchmark = find(name);
    Map<String, String> options = Setting.optionsOf(benchmark, changes);
    Path scratch = makeScratch();
    try {
      List<Row> rows = benchmark.run(new Setting(options, scratch, progress));
      return new BenchmarkReport(
          benchmark.name(),
          benchmark.measures(),
          clock.instant().toString(),
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("java.version"),
          options,
          rows);
    } finally {
      FileUtils.deleteQuietly(scratch.toFile());
    }
  }

  private Benchmark find(String name) {
    return benchmarks.stream()
        .filter(benchmark -> benchmark.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new LockstepException(
                    FailureKind.CONFIG,
                    "Cannot find benchmark '%s': there are %s"
                        .formatted(name, benchmarks.stream().map(Benchmark::name).toList())));
  }

  private static Path makeScratch() {
    try {
      return Files.createTempDirectory("lockstep-bench-");
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.STORAGE, "Cannot make a temporary folder: " + e.getMessage(), e);
    }
  }
}
