package dev.lockstep.driver.bench.exchange;

import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The times of all-reduces between so many processes, round by round, and the table of them. */
final class AllReduceTimes {
  static final String GLOO = "gloo";
  static final List<Contender> OWN =
      List.of(Contender.LOCKSTEP, Contender.SOCKETS, Contender.PLAIN);
  private static final String NONE = "-";

  private final int processes;
  private final List<Map<String, Map<Integer, Double>>> rounds = new ArrayList<>();

  AllReduceTimes(int processes) {
    this.processes = processes;
  }

  /**
   * Takes a round.
   *
   * @param seconds by contender and number of floats; every round has the same
   */
  void add(Map<String, Map<Integer, Double>> seconds) {
    rounds.add(seconds);
  }

  /** A row for each size and contender. */
  List<Row> rows(List<Integer> sizes) {
    List<Row> rows = new ArrayList<>();
    for (int floats : sizes) {
      for (String contender : rounds.get(0).keySet()) {
        rows.add(row(contender, floats));
      }
    }
    return rows;
  }

  private Row row(String contender, int floats) {
    List<Double> own = seconds(contender, floats);
    Spread spread = Spread.of(own);
    return Row.of("what", contender)
        .and("processes", processes)
        .and("floats", floats)
        .and("ms", spread.median() * 1e3)
        .and("least ms", spread.least() * 1e3)
        .and("greatest ms", spread.greatest() * 1e3)
        .and("bus GB/s", busGigabytes(floats, spread.median(), processes))
        .and("x raw NIO", timesAsFast(own, Contender.PLAIN.label(), floats))
        .and("x gloo", timesAsFast(own, GLOO, floats));
  }

  /**
   * Bus bandwidth as nccl-tests define it (their PERFORMANCE.md): what every process sends and
   * receives in an all-reduce that is optimal, by the time.
   */
  static double busGigabytes(int floats, double seconds, int processes) {
    return (double) floats * Float.BYTES / seconds * 2 * (processes - 1) / processes / 1e9;
  }

  private Object timesAsFast(List<Double> own, String other, int floats) {
    if (!rounds.get(0).containsKey(other)) {
      return NONE;
    }
    List<Double> others = seconds(other, floats);
    return Spread.of(
            IntStream.range(0, own.size())
                .mapToObj(round -> others.get(round) / own.get(round))
                .toList())
        .median();
  }

  private List<Double> seconds(String contender, int floats) {
    return rounds.stream().map(round -> round.get(contender).get(floats)).toList();
  }
}
