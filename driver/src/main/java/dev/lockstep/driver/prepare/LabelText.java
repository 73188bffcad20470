package dev.lockstep.driver.prepare;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The text of labels: missing ones to null, renamed ones to their new name. */
record LabelText(List<String> missing, Map<String, String> rename) {

  /** Adds {@link LabelColumns#TEXT}. */
  Dataset<Row> addTo(Dataset<Row> rows, String column) {
    List<String> empty = missing.contains("") ? missing : withEmpty();
    Dataset<Row> texts = rows.withColumn(LabelColumns.TEXT, Cells.present(column, empty));
    return rename.isEmpty() ? texts : texts.na().replace(LabelColumns.TEXT, rename);
  }

  private List<String> withEmpty() {
    return Stream.concat(missing.stream(), Stream.of("")).toList();
  }
}
