package dev.lockstep.driver.bench.exchange;

import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.Spread;
import dev.lockstep.driver.resources.StopSignal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How much of the rate of their links hosts reach in an all-reduce, one process a host. */
public final class NetworkBenchmark implements Benchmark {
  /** A share of the processors' time from which on they are what limits. */
  private static final double SATURATED = 0.9;

  private static final List<Contender> CONTENDERS =
      List.of(Contender.LOCKSTEP, Contender.BFLOAT16, Contender.PLAIN, Contender.ONE_WAY);

  private final StopSignal stop;

  /**
   * @param stop ends the processes that it has started
   */
  public NetworkBenchmark(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public String name() {
    return "network";
  }

  @Override
  public String measures() {
    return "Milliseconds of one all-reduce between hosts that are network namespaces of this"
        + " machine (root only), and of plain TCP from one to another; efficiency is the bound of"
        + " the links, 2 (W - 1) / W N / B or N / B, by the time, with N / 2 for bfloat16; CPU busy is that of the whole"
        + " machine";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("hosts", "4");
    options.put("gigabits", "1,10");
    options.put("floats", "4000000");
    options.put("rounds", "5");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    List<Row> rows = new ArrayList<>();
    for (int hosts : setting.numbers("hosts", 2)) {
      for (int gigabits : setting.numbers("gigabits", 1)) {
        try (HostNetwork network = HostNetwork.build(hosts, gigabits)) {
          rows.addAll(measure(setting, network, gigabits));
        }
      }
    }
    return rows;
  }

  private List<Row> measure(Setting setting, HostNetwork network, int gigabits) {
    int floats = setting.number("floats");
    int hosts = network.hosts().size();
    Map<Contender, List<Turn>> turns = new EnumMap<>(Contender.class);
    try (ExchangeJvms jvms =
        ExchangeJvms.connect(network.hosts(), floats, setting.scratch(), stop)) {
      for (int round = 0; round <= setting.number("rounds"); round++) {
        setting.progress().status("%d Gbit/s: round %d".formatted(gigabits, round));
        for (Contender contender : CONTENDERS) {
          double bound = boundSeconds(contender, hosts, floats, gigabits);
          Turn turn = Turn.take(jvms, contender, floats, repetitions(bound));
          if (round > 0) { // the first round warms the JVMs
            turns.computeIfAbsent(contender, key -> new ArrayList<>()).add(turn);
          }
        }
      }
    }
    return turns.entrySet().stream()
        .map(
            entry -> {
              double bound = boundSeconds(entry.getKey(), hosts, floats, gigabits);
              Row head = Row.of("hosts", hosts).and("link Gbit/s", gigabits).and("floats", floats);
              return row(head.and("what", entry.getKey().label()), entry.getValue(), bound);
            })
        .toList();
  }

  /** One measurement and how busy the machine was meanwhile. */
  private record Turn(double seconds, double busy) {
    static Turn take(ExchangeJvms jvms, Contender contender, int floats, int repetitions) {
      CpuClock start = CpuClock.read();
      double seconds = jvms.seconds(contender, floats, repetitions);
      return new Turn(seconds, CpuClock.read().busySince(start));
    }
  }

  private static Row row(Row head, List<Turn> turns, double bound) {
    Spread seconds = Spread.of(turns.stream().map(Turn::seconds).toList());
    double busy = Spread.of(turns.stream().map(Turn::busy).toList()).median();
    return head.and("ms", seconds.median() * 1e3)
        .and("least ms", seconds.least() * 1e3)
        .and("greatest ms", seconds.greatest() * 1e3)
        .and("bound ms", bound * 1e3)
        .and("efficiency", bound / seconds.median())
        .and("CPU busy", busy)
        .and("limit", busy >= SATURATED ? "CPU" : "link");
  }

  /** What the links allow at best: each host sends and receives that much. */
  static double boundSeconds(Contender contender, int hosts, int floats, int gigabits) {
    double once = (double) floats * Float.BYTES * Byte.SIZE / (gigabits * 1e9);
    double twoHops = once * 2 * (hosts - 1) / hosts;
    return switch (contender) {
      case ONE_WAY -> once;
      case LOCKSTEP, SOCKETS, PLAIN -> twoHops;
      case BFLOAT16 -> twoHops / 2;
    };
  }

  /** About a second's, so that ticks of the filters do not show. */
  private static int repetitions(double seconds) {
    return (int) Math.max(5, Math.min(50, 1 / seconds));
  }
}
