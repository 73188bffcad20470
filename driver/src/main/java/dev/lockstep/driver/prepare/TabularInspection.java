package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.expr;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.LabelConfig;
import dev.lockstep.common.config.NumericConfig.Missing;
import dev.lockstep.common.data.LabelSchema;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Looks through the whole training input once: infers types, and refuses what cannot be read. */
record TabularInspection(DataConfig data) {

  ColumnCounts count(Dataset<Row> rows) {
    List<String> columns = RowColumns.ofInput(rows);
    Column cells = Cells.present(columns, data.csv().missing());
    return rows.select(cells.as("cells"), RowColumns.named(RowColumns.RAGGED))
        .select(
            RowColumns.named("cells"),
            expr(Cells.numbersIn("cells")),
            RowColumns.named(RowColumns.RAGGED))
        .javaRDD()
        .treeAggregate(new ColumnCounts(columns.size()), ColumnCounts::add, ColumnCounts::add);
  }

  /**
   * @throws dev.lockstep.common.failure.LockstepException of kind DATA for a ragged row or a cell
   *     of a numeric column or label that is no finite number
   */
  ColumnRoles roles(Dataset<Row> rows, ColumnCounts counts) {
    List<String> columns = RowColumns.ofInput(rows);
    ColumnRoles roles = ColumnRoles.of(data, columns, counts);
    boolean badNumber =
        columns.stream()
            .filter(column -> isNumber(column, roles))
            .mapToInt(columns::indexOf)
            .anyMatch(i -> counts.texts(i) > 0 || counts.infinite(i) > 0);
    if (counts.ragged() > 0 || badNumber) {
      new BadRows(data.label().column()).refuseProblems(unfitted(roles).apply(rows));
    }
    return roles;
  }

  private boolean isNumber(String column, ColumnRoles roles) {
    return roles.numeric().contains(column)
        || (column.equals(data.label().column()) && data.label().type() == LabelConfig.Type.VALUE);
  }

  /** Sees every problem that does not depend on what is fitted. */
  private Preprocessor unfitted(ColumnRoles roles) {
    OptionalDouble fill =
        data.numeric().missing() == Missing.ERROR ? OptionalDouble.empty() : OptionalDouble.of(0);
    Preprocessor preprocessor =
        Preprocessor.of(
            new Preprocessing.Tabular(
                roles.numeric().stream()
                    .map(column -> new Preprocessing.Numeric(column, fill, 0, 1))
                    .toList(),
                List.of(),
                data.csv().missing(),
                new LabelSchema.Value(data.label().column(), 0, 1),
                data.label().rename()));
    return switch (data.label().type()) {
      case CLASS -> preprocessor.withoutLabel();
      case VALUE -> preprocessor;
    };
  }
}
