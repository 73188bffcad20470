package dev.lockstep.driver.bench.exchange;

import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.process.PythonScript;
import dev.lockstep.driver.resources.StopSignal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the exchange between JVMs of one machine costs, beside sockets without any protocol and
 * beside gloo.
 *
 * <p>The contenders take turns, round after round, so that a machine that slows down slows all of
 * them; a ratio is always that of two figures of one round.
 */
public final class AllReduceBenchmark implements Benchmark {
  /** Repetitions move about so many floats, so that short ones are repeated more often. */
  private static final int FLOATS_A_TURN = 40_000_000;

  private final StopSignal stop;

  /**
   * @param stop ends the processes that it has started
   */
  public AllReduceBenchmark(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public String name() {
    return "allreduce";
  }

  @Override
  public String measures() {
    return "Milliseconds of one all-reduce between processes of this machine, median of the rounds;"
        + " bus GB/s is bytes / seconds * 2 (n - 1) / n; the ratios say how many times as fast as"
        + " raw NIO and as gloo of the same round";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("processes", "2,4");
    options.put("floats", "0,1,1000,16384,535818,4000000,25000000");
    options.put("rounds", "5");
    options.put("gloo", "../shared/peers/gloo_allreduce.py");
    options.put("python", "python3");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    List<Integer> sizes = setting.numbers("floats", 0);
    List<Integer> counts = setting.numbers("processes", 2);
    int rounds = setting.number("rounds");
    Optional<GlooScript> gloo = gloo(setting);
    List<Row> rows = new ArrayList<>();
    for (int processes : counts) {
      AllReduceTimes times = new AllReduceTimes(processes);
      List<Host> hosts = Collections.nCopies(processes, Host.LOOPBACK);
      int longest = Collections.max(sizes);
      try (ExchangeJvms jvms = ExchangeJvms.connect(hosts, longest, setting.scratch(), stop)) {
        for (int round = 0; round <= rounds; round++) {
          setting.progress().status("%d processes: round %d".formatted(processes, round));
          Map<String, Map<Integer, Double>> turn = turn(jvms, sizes);
          gloo.ifPresent(peer -> turn.put(AllReduceTimes.GLOO, peer.seconds(processes, sizes)));
          if (round > 0) { // the first round warms the JVMs
            times.add(turn);
          }
        }
      }
      rows.addAll(times.rows(sizes));
    }
    return rows;
  }

  private static Map<String, Map<Integer, Double>> turn(ExchangeJvms jvms, List<Integer> sizes) {
    Map<String, Map<Integer, Double>> turn = new LinkedHashMap<>();
    for (int floats : sizes) {
      for (Contender contender : AllReduceTimes.OWN) {
        turn.computeIfAbsent(contender.label(), label -> new LinkedHashMap<>())
            .put(floats, jvms.seconds(contender, floats, repetitions(floats)));
      }
    }
    return turn;
  }

  /** From 20 for long vectors to 1,000 for short ones. */
  static int repetitions(int floats) {
    return Math.max(20, FLOATS_A_TURN / Math.max(floats, FLOATS_A_TURN / 1000));
  }

  private Optional<GlooScript> gloo(Setting setting) {
    Path python = Path.of(setting.options().get("python"));
    Path script = Path.of(setting.options().get("gloo"));
    GlooScript gloo = new GlooScript(new PythonScript(python, script, setting.scratch(), stop));
    Optional<String> obstacle = gloo.obstacle();
    obstacle.ifPresent(
        why ->
            setting.progress().line("Without gloo: %s (set 'gloo' and 'python')".formatted(why)));
    return obstacle.isPresent() ? Optional.empty() : Optional.of(gloo);
  }
}
