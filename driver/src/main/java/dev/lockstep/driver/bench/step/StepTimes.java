package dev.lockstep.driver.bench.step;

import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Milliseconds of a step, round by round, of all who have run it. */
final class StepTimes {
  static final String LOCKSTEP = "lockstep";
  static final String UPDATE = "update";
  static final String STOCK = "dl4j";
  static final String GEMM = "gemm";
  static final String TORCH = "pytorch";

  private static final String NONE = "-";

  private final Map<String, List<Double>> rounds = new HashMap<>();

  void add(String who, double milliseconds) {
    rounds.computeIfAbsent(who, key -> new ArrayList<>()).add(milliseconds);
  }

  /** The line of a case; what was not measured is a dash. */
  Row row(StepCase of, String paths) {
    Row row =
        Row.of("network", of.name())
            .and("optimizer", of.optimizer())
            .and("ms", median(LOCKSTEP))
            .and("of it update", median(UPDATE))
            .and("dl4j ms", median(STOCK));
    row = ratio(row, "x dl4j", STOCK, LOCKSTEP);
    row = ratio(row.and("gemm ms", median(GEMM)), "of gemm", LOCKSTEP, GEMM);
    row = ratio(row.and("pytorch ms", median(TORCH)), "x pytorch", TORCH, LOCKSTEP);
    return row.and("paths", paths);
  }

  private Object median(String who) {
    return rounds.containsKey(who) ? Spread.of(rounds.get(who)).median() : NONE;
  }

  /** The quotient of the same rounds. */
  private Row ratio(Row row, String column, String above, String below) {
    if (!rounds.containsKey(above) || !rounds.containsKey(below)) {
      return row.and(column, NONE).and("least " + column, NONE).and("greatest " + column, NONE);
    }
    List<Double> quotients =
        IntStream.range(0, rounds.get(above).size())
            .mapToObj(round -> rounds.get(above).get(round) / rounds.get(below).get(round))
            .toList();
    Spread spread = Spread.of(quotients);
    return row.and(column, spread.median())
        .and("least " + column, spread.least())
        .and("greatest " + column, spread.greatest());
  }
}
