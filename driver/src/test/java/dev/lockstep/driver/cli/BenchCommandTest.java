package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Benchmarks;
import dev.lockstep.driver.bench.PrepareBenchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.scaling.ScalingBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  @TempDir Path folder;

  private final RecordingConsole recorded = new RecordingConsole();
  private final Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @Test
  void printsTheTableAndWritesItsCopy() throws IOException {
    assertThat(bench("count", "--set", "rows=2")).isZero();

    assertThat(recorded.out())
        .isEqualTo(
            """
            count: counts rows
            row  time (s)
              1     0.500
              2      1500
            """);
    assertThat(recorded.lastErrLine()).startsWith("Written to ").endsWith("count.json");
    assertThat(Files.readString(folder.resolve("count.json")))
        .contains("\"finishedAt\" : \"2026-01-02T03:04:05Z\"")
        .contains("\"rows\" : \"2\"")
        .containsPattern("\"row\" : 2,\\s+\"time \\(s\\)\" : 1500.0");
  }

  @Test
  void listsNameMeaningAndOptions() {
    assertThat(bench("--list")).isZero();

    assertThat(recorded.out()).isEqualTo("count      counts rows {rows=1}\n");
  }

  @Test
  void keepsTheOrderOfOptions() {
    Benchmarks shipped =
        new Benchmarks(
            List.of(
                new PrepareBenchmark(new Storage(Map.of())),
                new ScalingBenchmark(new Storage(Map.of()), new Interruption())),
            clock);

    assertThat(shipped.all().stream().map(benchmark -> benchmark.options().toString()))
        .containsExactly(
            "{job=conf/adult.yaml, runs=3, master=local[*]}",
            "{job=conf/mnist-mlp.yaml, ranks=2, rounds=7, warm-up=10, epochs=4, optimizer=sgd,"
                + " baseline=driver/target/baseline, baseline-minibatches=60,"
                + " pytorch=../shared/peers/pytorch_ddp.py,"
                + " python=python3, peer=mlp, peer-steps=200}");
  }

  @Test
  void refusesAnUnknownBenchmark() {
    assertThat(bench("weigh")).isEqualTo(2);
    assertThat(recorded.lastErrLine())
        .isEqualTo("Cannot find benchmark 'weigh': there are [count]");
  }

  @Test
  void refusesAnUnknownOption() {
    assertThat(bench("count", "--set", "lines=2")).isEqualTo(2);
    assertThat(recorded.lastErrLine())
        .isEqualTo("Cannot set 'lines' of benchmark count: it knows [rows]");
  }

  @Test
  void refusesAnOptionThatIsNoNumber() {
    assertThat(bench("count", "--set", "rows=many")).isEqualTo(2);
    assertThat(recorded.lastErrLine())
        .isEqualTo("'rows' is 'many' but must be a whole number >= 1");
  }

  @Test
  void refusesToRunWithoutAName() {
    assertThat(bench()).isEqualTo(2);
    assertThat(recorded.lastErrLine())
        .isEqualTo("Cannot run a benchmark without its name: see 'scripts/bench --list'");
  }

  private int bench(String... arguments) {
    BenchCommand command =
        new BenchCommand(
            recorded.console(),
            new Storage(Map.of()),
            new Benchmarks(List.of(new Count()), clock),
            folder.toString());
    String[] line = new String[arguments.length + 1];
    line[0] = "bench";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return new Program(recorded.console(), new Interruption(), List.of(command)).run(line);
  }

  /** A benchmark of known figures. */
  private static final class Count implements Benchmark {
    @Override
    public String name() {
      return "count";
    }

    @Override
    public String measures() {
      return "counts rows";
    }

    @Override
    public Map<String, String> options() {
      return Map.of("rows", "1");
    }

    @Override
    public List<Row> run(Setting setting) {
      assertThat(setting.number("rows")).isEqualTo(2);
      return List.of(
          Row.of("row", 1).and("time (s)", 0.5), Row.of("row", 2).and("time (s)", 1500.0));
    }
  }
}
