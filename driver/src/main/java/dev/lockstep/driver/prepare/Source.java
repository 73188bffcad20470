package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.FileInfo;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Raw rows of files, read by Spark's executors.
 *
 * <p>CSV gives one column of text for each column of the file, IDX gives {@link RowColumns#IMAGE},
 * {@link RowColumns#HEIGHT}, {@link RowColumns#WIDTH} and the label as text. Both add {@link
 * RowColumns#FILE}, {@link RowColumns#BLOCK} and {@link RowColumns#ROW}, by which rows sort into
 * the order of the input; CSV adds {@link RowColumns#RAGGED}.
 */
public final class Source {
  private final CsvSource csv;
  private final IdxSource idx;
  private final Storage storage;

  public Source(SparkSession spark, Storage storage) {
    this.storage = storage;
    csv = new CsvSource(spark);
    idx = new IdxSource(spark, storage);
  }

  /**
   * Rows of a file, folder or glob, with the label's column where the files have one.
   *
   * @throws LockstepException of kind DATA where there is nothing to read, or no such columns
   */
  public Dataset<Row> read(DataConfig data, String path) {
    List<FileInfo> files = files(path);
    return switch (data.format()) {
      case CSV -> csv.read(data, path, files);
      case IDX -> idx.read(data, path, files);
    };
  }

  /**
   * The same, for files that must have the label's column.
   *
   * @throws LockstepException of kind DATA also where the files lack it
   */
  public Dataset<Row> readLabelled(DataConfig data, String path) {
    Dataset<Row> rows = read(data, path);
    List<String> columns = RowColumns.ofInput(rows);
    if (!columns.contains(data.label().column())) {
      throw new LockstepException(
          FailureKind.DATA,
          switch (data.format()) {
            case CSV ->
                "Cannot find the label's column '%s' in %s (it has %s)"
                    .formatted(data.label().column(), path, Shortened.list(columns));
            case IDX ->
                "Cannot find the labels of the images %s: %s".formatted(path, IdxLabels.HINT);
          });
    }
    return rows;
  }

  private List<FileInfo> files(String path) {
    List<FileInfo> files = storage.list(path);
    if (files.isEmpty()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot read %s: no such file, or a folder without files%s"
              .formatted(path, elsewhere(path)));
    }
    if (files.stream().allMatch(file -> file.bytes() == 0)) {
      throw new LockstepException(FailureKind.DATA, "Cannot read %s: it is empty".formatted(path));
    }
    return files;
  }

  /** Where a path leads that does not say so itself. */
  private String elsewhere(String path) {
    String qualified = storage.qualify(path);
    boolean saysSo = path.contains(":/") || (path.startsWith("/") && qualified.startsWith("file:"));
    return saysSo ? "" : " (it stands for %s)".formatted(qualified);
  }
}
