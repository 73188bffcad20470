package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.col;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The columns that Lockstep adds to rows, under names that no input may use.
 *
 * <p>{@link Source} adds where a row comes from, {@link Preprocessor} what became of it.
 */
public final class RowColumns {
  static final String RESERVED = "_lockstep_";

  /** String: the file that the row was read from. */
  public static final String FILE = RESERVED + "file";

  /** Long: where the part of the file begins that one task reads. */
  public static final String BLOCK = RESERVED + "block";

  /** Long: grows with the rows of a block; for images the image's number in its file. */
  public static final String ROW = RESERVED + "row";

  /** String: the text of a CSV row that has too few or too many cells, else null. */
  public static final String RAGGED = RESERVED + "ragged";

  /** Binary: the pixels of an image by row and column, one byte each. */
  public static final String IMAGE = RESERVED + "image";

  /** Integer: rows of the image. */
  public static final String HEIGHT = RESERVED + "height";

  /** Integer: columns of the image. */
  public static final String WIDTH = RESERVED + "width";

  /** Array of float: the network's input, to be used where {@link #PROBLEM} is null. */
  public static final String FEATURES = RESERVED + "features";

  /**
   * Double: index of the class, or the value in the label's own unit; null where the row has no
   * label.
   */
  public static final String LABEL = RESERVED + "label";

  /** String: why the row cannot be used; null where it can. */
  public static final String PROBLEM = RESERVED + "problem";

  private RowColumns() {}

  /** The columns of the input itself, in its order; empty for images without labels. */
  public static List<String> ofInput(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).filter(name -> !name.startsWith(RESERVED)).toList();
  }

  /** A column by its exact name, whatever characters are in it. */
  public static Column named(String name) {
    return col(quoted(name));
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Name of a column of one stage; free of the characters that Spark reads as a path. */
  static String temporary(String stage, String column) {
    byte[] name = column.getBytes(StandardCharsets.UTF_8);
    return RESERVED + stage + "_" + HexFormat.of().formatHex(name);
  }

  static Column[] named(List<String> names) {
    return names.stream().map(RowColumns::named).toArray(Column[]::new);
  }
}
