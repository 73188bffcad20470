package dev.lockstep.common.config;

import java.util.List;

/**
 * How CSV files are written.
 *
 * @param trim whether spaces around a cell are dropped
 * @param missing cells that stand for a missing value
 * @param columns names of the columns in order; empty where the header gives them
 */
public record CsvConfig(
    boolean header, char separator, boolean trim, List<String> missing, List<String> columns) {
  public CsvConfig {
    missing = List.copyOf(missing);
    columns = List.copyOf(columns);
  }
}
