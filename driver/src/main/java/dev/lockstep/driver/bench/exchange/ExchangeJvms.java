package dev.lockstep.driver.bench.exchange;

import dev.lockstep.driver.bench.exchange.ExchangeWorker.Everyone;
import dev.lockstep.driver.bench.exchange.ExchangeWorker.Listening;
import dev.lockstep.driver.bench.exchange.ExchangeWorker.Place;
import dev.lockstep.driver.bench.exchange.ExchangeWorker.Request;
import dev.lockstep.driver.bench.exchange.ExchangeWorker.Seconds;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.JvmProcesses;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.collective.net.AttemptKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Processes that are connected with each other in every way that is measured. */
final class ExchangeJvms implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final List<String> OPTIONS = List.of("-Xmx256m", "-XX:MaxDirectMemorySize=1g");

  private final JvmProcesses processes;

  private ExchangeJvms(JvmProcesses processes) {
    this.processes = processes;
  }

  /**
   * Starts a process on each host and connects them.
   *
   * @param floats of the largest vector
   */
  static ExchangeJvms connect(List<Host> hosts, int floats, Path folder, StopSignal stop) {
    JvmLaunch launch = new JvmLaunch(ExchangeWorker.class, OPTIONS, folder, DEADLINE);
    ExchangeJvms jvms =
        new ExchangeJvms(
            JvmProcesses.start(launch, hosts.stream().map(Host::wrapper).toList(), stop));
    try {
      jvms.introduce(hosts, floats);
      return jvms;
    } catch (RuntimeException e) {
      jvms.close();
      throw e;
    }
  }

  /** Seconds that one performance takes the slowest process, in the mean of many. */
  double seconds(Contender contender, int floats, int repetitions) {
    Request request = new Request(contender, floats, 1 + repetitions / 10, repetitions);
    return processes.askAll(request, Seconds.class).stream()
        .mapToDouble(Seconds::each)
        .max()
        .orElseThrow();
  }

  @Override
  public void close() {
    processes.close();
  }

  private void introduce(List<Host> hosts, int floats) {
    String secret = HexFormat.of().formatHex(AttemptKey.random(new SecureRandom()).bytes());
    List<Place> places =
        IntStream.range(0, hosts.size())
            .mapToObj(rank -> new Place(rank, hosts.get(rank).address(), secret, floats))
            .toList();
    Everyone everyone = new Everyone(processes.ask(places, Listening.class));
    processes.askAll(everyone, Everyone.class);
  }
}
