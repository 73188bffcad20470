package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import dev.lockstep.common.config.CsvConfig;
import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.FileInfo;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Reads CSV by Spark's own reader, every cell as text. */
final class CsvSource {
  private final SparkSession spark;

  CsvSource(SparkSession spark) {
    this.spark = spark;
  }

  Dataset<Row> read(DataConfig data, String path, List<FileInfo> files) {
    List<String> columns = columns(data, path, files);
    StructType schema = new StructType();
    for (String column : columns) {
      schema = schema.add(column, DataTypes.StringType);
    }
    String[] paths = files.stream().map(FileInfo::path).toArray(String[]::new);
    return reader(data.csv())
        .schema(schema.add(RowColumns.RAGGED, DataTypes.StringType))
        .option("header", data.csv().header())
        .option("enforceSchema", false)
        .csv(paths)
        .select(withOrigin(columns));
  }

  private static Column[] withOrigin(List<String> columns) {
    List<Column> selected = new ArrayList<>(List.of(RowColumns.named(columns)));
    selected.add(RowColumns.named(RowColumns.RAGGED));
    selected.add(col("_metadata.file_path").as(RowColumns.FILE));
    selected.add(col("_metadata.file_block_start").as(RowColumns.BLOCK));
    selected.add(monotonically_increasing_id().as(RowColumns.ROW));
    return selected.toArray(Column[]::new);
  }

  /** Quotes as in RFC 4180: a quote within a quoted cell is written twice. */
  private DataFrameReader reader(CsvConfig csv) {
    return spark
        .read()
        .option("sep", String.valueOf(csv.separator()))
        .option("quote", "\"")
        .option("escape", "\"")
        .option("ignoreLeadingWhiteSpace", csv.trim())
        .option("ignoreTrailingWhiteSpace", csv.trim())
        .option("mode", "PERMISSIVE")
        .option("columnNameOfCorruptRecord", RowColumns.RAGGED)
        .option("columnPruning", false)
        .option("recursiveFileLookup", true);
  }

  private List<String> columns(DataConfig data, String path, List<FileInfo> files) {
    FileInfo first = files.stream().filter(file -> file.bytes() > 0).findFirst().orElseThrow();
    List<Row> line = reader(data.csv()).option("header", false).csv(first.path()).takeAsList(1);
    if (line.isEmpty()) {
      throw new LockstepException(
          FailureKind.DATA, "Cannot read %s: its first line is blank".formatted(first.path()));
    }
    CsvColumns columns = new CsvColumns(data.csv(), data.label().column(), path);
    return data.csv().header() ? columns.ofHeader(line.get(0)) : columns.ofRow(line.get(0).size());
  }
}
