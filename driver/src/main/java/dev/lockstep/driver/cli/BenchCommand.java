package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.BenchmarkReport;
import dev.lockstep.driver.bench.Benchmarks;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists benchmarks, or runs one: the program behind {@code scripts/bench}. */
@Command(
    name = "bench",
    hidden = true,
    description = "Runs a benchmark; prints its table and writes it to bench-results/NAME.json.",
    footer = {"", "Example:", "  scripts/bench prepare --set runs=5"})
final class BenchCommand implements Callable<Integer> {
  private final Console console;
  private final Storage storage;
  private final Benchmarks benchmarks;
  private final String results;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The benchmark")
  private Optional<String> name = Optional.empty();

  @Option(names = "--list", description = "List the benchmarks, what they measure, their options")
  private boolean list;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "Change an option of the benchmark; repeatable")
  private Map<String, String> changes = Map.of();

  /**
   * @param results folder for the machine-readable copies
   */
  BenchCommand(Console console, Storage storage, Benchmarks benchmarks, String results) {
    this.console = console;
    this.storage = storage;
    this.benchmarks = benchmarks;
    this.results = results;
  }

  @Override
  public Integer call() {
    if (list) {
      console.result(
          benchmarks.all().stream().map(BenchCommand::described).collect(Collectors.joining("\n")));
    } else {
      run(name.orElseThrow(BenchCommand::nameMissing));
    }
    return 0;
  }

  private void run(String benchmark) {
    BenchmarkReport report = benchmarks.run(benchmark, changes, console.progress());
    String file = results + "/" + benchmark + ".json";
    storage.writeAtomically(file, Json.write(report));
    console.result("%s: %s".formatted(report.name(), report.measures()));
    console.result(report.table());
    console.message("Written to " + file);
  }

  private static String described(Benchmark benchmark) {
    return "%-10s %s %s".formatted(benchmark.name(), benchmark.measures(), benchmark.options());
  }

  private static LockstepException nameMissing() {
    return new LockstepException(
        FailureKind.CONFIG, "Cannot run a benchmark without its name: see 'scripts/bench --list'");
  }
}
