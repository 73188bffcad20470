package dev.lockstep.driver.bench;

import java.util.List;
import java.util.Map;

/** One measurement that can be repeated. */
public interface Benchmark {
  /** Name on the command line: lower case with dashes. */
  String name();

  /** What the figures mean and what they are taken on, in one sentence without a stop. */
  String measures();

  /** The options that it knows, each with its default, in the order in which they are told. */
  Map<String, String> options();

  /**
   * Measures.
   *
   * @return the rows of its table, all with the same columns
   */
  List<Row> run(Setting setting);
}
