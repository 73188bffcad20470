package dev.lockstep.driver.bench.scaling;

import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Spread;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Samples a second of the contenders, round by round, and how they compare. */
final class Paces {
  private final Map<String, Map<Integer, Double>> byContender = new HashMap<>();

  void add(String contender, int round, double samplesPerSecond) {
    byContender
        .computeIfAbsent(contender, key -> new LinkedHashMap<>())
        .put(round, samplesPerSecond);
  }

  /** The lines of the table; those without a round that both were measured in are left out. */
  List<Row> rows(List<Comparison> comparisons) {
    return comparisons.stream().map(this::row).flatMap(Optional::stream).toList();
  }

  private Optional<Row> row(Comparison comparison) {
    Map<Integer, Double> own = of(comparison.contender());
    Map<Integer, Double> reference = of(comparison.reference());
    List<Double> ratios =
        own.keySet().stream()
            .filter(reference::containsKey)
            .map(round -> own.get(round) / reference.get(round))
            .toList();
    if (ratios.isEmpty()) {
      return Optional.empty();
    }
    Spread samples = Spread.of(List.copyOf(own.values()));
    Spread ratio = Spread.of(ratios);
    return Optional.of(
        Row.of("case", comparison.contender())
            .and("rounds", own.size())
            .and("samples/s", samples.median())
            .and("slowest", samples.least())
            .and("fastest", samples.greatest())
            .and("against", comparison.reference())
            .and("ratio", ratio.median())
            .and("least ratio", ratio.least())
            .and("greatest ratio", ratio.greatest()));
  }

  private Map<Integer, Double> of(String contender) {
    return byContender.getOrDefault(contender, Map.of());
  }
}
