package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three processes that exchange without end, and what becomes of one of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProcessFaultIT {
  private static final Duration WARNING = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Rank> ranks = new ArrayList<>();

  @AfterEach
  void endAll() {
    ranks.forEach(rank -> rank.process.destroyForcibly());
  }

  @Test
  void aKilledRankIsNamedByTheOthersWithinThreeSeconds() throws Exception {
    startThree();
    assertThatAllShareMemoryWithoutAName();

    long killed = System.nanoTime();
    ranks.get(1).process.destroyForcibly();

    for (int survivor : new int[] {0, 2}) {
      String failure = ranks.get(survivor).await(line -> line.startsWith("failed "));
      assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(3));
      assertThat(failure)
          .matches(
              "failed Lost rank 1 \\(127.0.0.1:\\d+\\)( during the exchange of epoch 1, step"
                  + " \\d+)?: .*");
    }
  }

  @Test
  void aFrozenRankIsNamedWithinTheWarningAndMayGoOn() throws Exception {
    startThree();

    signal("STOP", ranks.get(1));
    long frozen = System.nanoTime();

    String late = ranks.get(0).await(line -> line.startsWith("late "));
    assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(WARNING.plusSeconds(2));
    assertThat(late)
        .matches(
            "late Waiting for the exchange of epoch 1, step \\d+ since 2 s: it lacks"
                + " rank 1 \\(127.0.0.1:\\d+\\), whose JVM does not answer");
    signal("CONT", ranks.get(1));
    ranks.get(0).await(line -> line.startsWith("step "));
    ranks.get(1).await(line -> line.startsWith("step "));
  }

  /** So nothing is left where a process is killed. */
  private void assertThatAllShareMemoryWithoutAName() throws IOException {
    for (Rank rank : ranks) {
      Path maps = Path.of("/proc", "" + rank.process.pid(), "maps");
      assertThat(Files.readAllLines(maps).stream().filter(line -> line.contains("/lockstep-")))
          .as("shared with two peers")
          .hasSize(2)
          .allMatch(line -> line.endsWith(" (deleted)"));
    }
  }

  private void startThree() throws Exception {
    byte[] key = AttemptKey.random(new SecureRandom()).bytes();
    for (int rank = 0; rank < 3; rank++) {
      ranks.add(Rank.start(HexFormat.of().formatHex(key), rank));
    }
    List<JvmAddress> addresses = new ArrayList<>();
    for (Rank rank : ranks) {
      String address = rank.await(line -> line.startsWith("address ")).substring(8);
      addresses.add(Json.read(address, JvmAddress.class, "an address"));
    }
    Roster roster = new Roster(addresses, IntStream.range(0, 3).mapToObj(rank -> 1).toList());
    for (Rank rank : ranks) {
      rank.tell(Json.write(roster).replace("\n", ""));
    }
    for (Rank rank : ranks) {
      rank.await("step 20"::equals);
    }
  }

  private static void signal(String name, Rank rank) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", "-" + name, "" + rank.process.pid()).start().waitFor();
    assertThat(exit).isZero();
  }

  /** A process and what it prints. */
  private static final class Rank {
    private final Process process;
    private final Writer input;
    private final LinkedBlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private Rank(Process process) {
      this.process = process;
      this.input = process.outputWriter();
      Thread reader = new Thread(this::read, "rank-output");
      reader.setDaemon(true);
      reader.start();
    }

    static Rank start(String key, int rank) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              GroupProcess.class.getName(),
              key,
              "" + rank,
              "" + WARNING.toMillis());
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      return new Rank(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    void tell(String line) throws IOException {
      input.write(line + "\n");
      input.flush();
    }

    /** The next line that is as wanted. */
    String await(Predicate<String> wanted) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        Optional<String> line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        assertThat(line).as("a line within %s", PATIENCE).isNotNull().isPresent();
        if (wanted.test(line.get())) {
          return line.get();
        }
      }
    }

    private void read() {
      try (BufferedReader output = process.inputReader()) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          lines.add(Optional.of(line));
        }
      } catch (IOException e) {
        lines.add(Optional.of("cut off: " + e));
      }
      lines.add(Optional.empty());
    }
  }
}
