package dev.lockstep.driver.bench.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.ManualStop;
import dev.lockstep.driver.bench.RecordedProgress;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.JvmProcesses;
import dev.lockstep.driver.bench.process.ParentLink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks of the exchange, with vectors so short that they take seconds. */
@Timeout(240)
class ExchangeIT {
  @TempDir Path folder;

  private final ManualStop stop = new ManualStop();
  private final RecordedProgress progress = new RecordedProgress();

  @Test
  void measuresAllReduceBetweenProcesses() {
    Map<String, String> changes =
        Map.of("processes", "2,3", "floats", "0,1,70001", "rounds", "1", "python", "no-python");

    List<Row> rows = run(new AllReduceBenchmark(stop), changes);

    assertThat(rows).hasSize(18);
    assertThat(rows.stream().filter(row -> row.figures().get("floats").equals(70001)))
        .hasSize(6)
        .allSatisfy(row -> assertThat((double) row.figures().get("ms")).isPositive())
        .allSatisfy(row -> assertThat((double) row.figures().get("bus GB/s")).isPositive())
        .allSatisfy(row -> assertThat(row.figures()).containsEntry("x gloo", "-"));
    assertThat(progress.lines()).singleElement().asString().startsWith("Without gloo: ");
  }

  @Test
  void measuresAllReduceBetweenHosts() throws IOException {
    assumeNetworkAdministrator();
    Map<String, String> changes =
        Map.of("hosts", "3", "gigabits", "1", "floats", "100000", "rounds", "1");

    List<Row> rows = run(new NetworkBenchmark(stop), changes);

    assertThat(rows)
        .extracting(row -> row.figures().get("what"))
        .containsExactly("lockstep", "lockstep, bfloat16", "raw NIO", "one way");
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat((double) row.figures().get("efficiency"))
                    .as("a link carries no more than its rate and what its filter lets burst")
                    .isBetween(0.01, 4.0));
    assertThat(namespaces()).doesNotContain("ls" + ProcessHandle.current().pid());
  }

  @Test
  void refusesHostsWhereItMayNotMakeThem() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    assumeThat(root).as("root may").isFalse();

    assertThatThrownBy(() -> HostNetwork.build(2, 1))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot make hosts out of network namespaces: needs to be root (run it with sudo)");
  }

  @Test
  void noHostOutlivesABenchmarkThatIsKilled() throws IOException {
    assumeNetworkAdministrator();
    JvmLaunch launch =
        new JvmLaunch(Builder.class, List.of("-Xmx64m"), folder, Duration.ofSeconds(60));
    try (JvmProcesses builder = JvmProcesses.start(launch, 1, stop)) {
      Built built = builder.askAll(new Built(0, 2), Built.class).get(0);
      assertThat(namespaces()).contains("ls" + built.pid());

      assertThat(ProcessHandle.of(built.pid()).orElseThrow().destroyForcibly()).isTrue();

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !namespaces().contains("ls" + built.pid()));
    }
  }

  private record Built(long pid, int hosts) {}

  /** Builds a network and leaves it standing. */
  static final class Builder {
    private Builder() {}

    public static void main(String[] arguments) {
      ParentLink.serve(
          parent -> {
            int hosts = parent.next(Built.class).hosts();
            try (HostNetwork network = HostNetwork.build(hosts, 1)) {
              parent.answer(new Built(ProcessHandle.current().pid(), network.hosts().size()));
              parent.next(Built.class);
            }
          });
    }
  }

  private List<Row> run(Benchmark benchmark, Map<String, String> changes) {
    Map<String, String> options = new LinkedHashMap<>(benchmark.options());
    options.putAll(changes);
    return benchmark.run(new Setting(options, folder, progress));
  }

  /** Trying it out is the only way to know: containers have roots that may not. */
  private static void assumeNetworkAdministrator() {
    try (HostNetwork network = HostNetwork.build(1, 1)) {
      assertThat(network.hosts()).hasSize(1);
    } catch (LockstepException e) {
      assumeThat(false).as(e.getMessage()).isTrue();
    }
  }

  private static String namespaces() throws IOException {
    Process list = new ProcessBuilder("ip", "netns", "list").start();
    return new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
