package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.lockstep.common.data.LabelSchema;
import java.util.List;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/** Adds the label to raw rows, null where a row has none, and completes the column of problems. */
interface LabelColumns {
  /** Text of the label after renaming, null where it is missing. */
  String TEXT = RowColumns.RESERVED + "label_text";

  LabelColumns NONE =
      rows -> rows.withColumn(RowColumns.LABEL, lit(null).cast(DataTypes.DoubleType));

  Dataset<Row> addTo(Dataset<Row> rows);

  static LabelColumns of(Preprocessing fitted) {
    List<String> missing =
        fitted instanceof Preprocessing.Tabular tabular ? tabular.missing() : List.of();
    LabelText text = new LabelText(missing, fitted.rename());
    return fitted.label() instanceof LabelSchema.Classes classes
        ? new OfClass(classes, text)
        : new OfValue((LabelSchema.Value) fitted.label(), text);
  }

  /** The index of the class in the order of the training part's classes. */
  record OfClass(LabelSchema.Classes schema, LabelText text) implements LabelColumns {
    private static final String INDEX = RowColumns.RESERVED + "class_index";

    @Override
    public Dataset<Row> addTo(Dataset<Row> rows) {
      if (!RowColumns.ofInput(rows).contains(schema.column())) {
        return NONE.addTo(rows);
      }
      String[] names = schema.names().toArray(String[]::new);
      Dataset<Row> indexed =
          new StringIndexerModel("class", names)
              .setInputCol(TEXT)
              .setOutputCol(INDEX)
              .setHandleInvalid("keep")
              .transform(text.addTo(rows, schema.column()));
      Column known = RowColumns.named(INDEX).lt(names.length);
      Column label = RowColumns.named(TEXT);
      return indexed
          .withColumn(RowColumns.LABEL, when(known, RowColumns.named(INDEX)))
          .withColumn(
              RowColumns.PROBLEM,
              coalesce(
                  RowColumns.named(RowColumns.PROBLEM),
                  when(label.isNotNull().and(known.unary_$bang()), unknown(label))));
    }

    private Column unknown(Column label) {
      String known = Shortened.list(schema.names());
      return concat(
          lit("'" + schema.column() + "' is '"),
          label,
          lit("', a class that the training part does not have (it has " + known + ")"));
    }
  }

  /** The number that the label's cell holds. */
  record OfValue(LabelSchema.Value schema, LabelText text) implements LabelColumns {
    private static final String NUMBER = RowColumns.RESERVED + "label_number";

    @Override
    public Dataset<Row> addTo(Dataset<Row> rows) {
      if (!RowColumns.ofInput(rows).contains(schema.column())) {
        return NONE.addTo(rows);
      }
      NumberCheck check = new NumberCheck(schema.column(), false, schema.shift(), schema.scale());
      UDF2<String, Double, String> problem = check::problem;
      Column number = RowColumns.named(NUMBER);
      return text.addTo(rows, schema.column())
          .withColumn(NUMBER, Cells.number(TEXT))
          .withColumn(RowColumns.LABEL, when(Cells.finite(number), number))
          .withColumn(
              RowColumns.PROBLEM,
              coalesce(
                  RowColumns.named(RowColumns.PROBLEM),
                  udf(problem, DataTypes.StringType).apply(RowColumns.named(TEXT), number)));
    }
  }
}
