package dev.lockstep.driver.prepare;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What the cells of each column look like, counted over the whole training input.
 *
 * <p>A row consists of the cells (array of string), the numbers in them (array of double) and the
 * text of a ragged row; null stands for what is missing, or is no number, or is not ragged.
 */
final class ColumnCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] missing;
  private final long[] texts;
  private final long[] infinite;
  private long rows;
  private long ragged;

  ColumnCounts(int columns) {
    missing = new long[columns];
    texts = new long[columns];
    infinite = new long[columns];
  }

  ColumnCounts add(Row row) {
    List<String> cells = row.getList(0);
    List<Double> numbers = row.getList(1);
    for (int i = 0; i < missing.length; i++) {
      Double number = numbers.get(i);
      if (cells.get(i) == null) {
        missing[i]++;
      } else if (number == null) {
        texts[i]++;
      } else if (!Double.isFinite(number)) {
        infinite[i]++;
      }
    }
    rows++;
    ragged += row.isNullAt(2) ? 0 : 1;
    return this;
  }

  ColumnCounts add(ColumnCounts other) {
    for (int i = 0; i < missing.length; i++) {
      missing[i] += other.missing[i];
      texts[i] += other.texts[i];
      infinite[i] += other.infinite[i];
    }
    rows += other.rows;
    ragged += other.ragged;
    return this;
  }

  long rows() {
    return rows;
  }

  long ragged() {
    return ragged;
  }

  /** Cells of a column that hold something. */
  long present(int column) {
    return rows - missing[column];
  }

  /** Cells of a column that hold something other than a number. */
  long texts(int column) {
    return texts[column];
  }

  /** Cells of a column that hold NaN or an infinity. */
  long infinite(int column) {
    return infinite[column];
  }
}
