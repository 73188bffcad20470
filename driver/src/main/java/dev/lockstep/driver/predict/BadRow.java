package dev.lockstep.driver.predict;

import dev.lockstep.driver.prepare.RowColumns;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * A row that cannot be used.
 *
 * @param block where the part of the file begins that the row was read with
 * @param number grows with the rows of a block; an image's number in its file
 * @param content the row's text, or which image it is
 */
public record BadRow(String file, long block, long number, String problem, String content)
    implements Serializable, Comparable<BadRow> {
  private static final int SHOWN_CHARACTERS = 200;
  private static final Comparator<BadRow> INPUT_ORDER =
      Comparator.comparing(BadRow::file)
          .thenComparingLong(BadRow::block)
          .thenComparingLong(BadRow::number);

  /**
   * From a row of the preprocessor.
   *
   * @param cells names of the columns that came from the input
   */
  public static BadRow of(Row row, String problem, List<String> cells) {
    return new BadRow(
        row.getAs(RowColumns.FILE),
        row.<Long>getAs(RowColumns.BLOCK),
        row.<Long>getAs(RowColumns.ROW),
        problem,
        contentOf(row, cells));
  }

  @Override
  public int compareTo(BadRow other) {
    return INPUT_ORDER.compare(this, other);
  }

  /** One line: where, why, what. */
  public String text() {
    return "%s: %s: %s".formatted(file, problem, content);
  }

  private static String contentOf(Row row, List<String> cells) {
    if (!Arrays.asList(row.schema().fieldNames()).contains(RowColumns.RAGGED)) {
      return "image " + row.<Long>getAs(RowColumns.ROW);
    }
    String ragged = row.getAs(RowColumns.RAGGED);
    String text =
        ragged != null
            ? ragged
            : cells.stream()
                .map(column -> Objects.toString(row.getAs(column), ""))
                .collect(Collectors.joining(","));
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
