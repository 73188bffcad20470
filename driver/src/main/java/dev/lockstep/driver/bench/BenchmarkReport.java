package dev.lockstep.driver.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a benchmark and what they were taken on: the machine-readable copy of its table.
 *
 * @param finishedAt in UTC, as in ISO 8601
 * @param options value by name, in the order in which the benchmark lists them
 * @param processors that the JVM may use
 */
public record BenchmarkReport(
    String name,
    String measures,
    String finishedAt,
    int processors,
    String java,
    Map<String, String> options,
    List<Row> rows) {
  public BenchmarkReport {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    rows = List.copyOf(rows);
  }

  /** The table as text: columns as wide as their widest cell, figures to the right. */
  public String table() {
    return TextTable.of(rows);
  }
}
