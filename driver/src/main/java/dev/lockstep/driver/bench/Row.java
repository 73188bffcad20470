package dev.lockstep.driver.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a benchmark's table.
 *
 * @param figures value by column, in the order of the columns; the unit is part of a column's name
 */
public record Row(@JsonValue Map<String, Object> figures) {
  public Row {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  public static Row of(String column, Object value) {
    return new Row(Map.of(column, value));
  }

  /** This row and one more column at its end. */
  public Row and(String column, Object value) {
    Map<String, Object> longer = new LinkedHashMap<>(figures);
    longer.put(column, value);
    return new Row(longer);
  }
}
