package dev.lockstep.driver.predict;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of predictions: those of the input, then {@code prediction} (name of a class, or
 * value in the label's unit), {@code probability_CLASS} (the network's output for each class), and
 * {@code problem} (why a row has no prediction).
 */
final class OutputColumns {
  static final String PREDICTION = "prediction";
  static final String PROBABILITY = "probability_";
  static final String PROBLEM = "problem";

  private OutputColumns() {}

  /**
   * The schema of the output.
   *
   * @param kept columns of the input
   * @throws LockstepException of kind DATA where a column of the input has the name of a new one
   */
  static StructType schema(List<StructField> kept, LabelSchema label) {
    StructType schema = new StructType(kept.toArray(StructField[]::new));
    for (StructField field : added(label)) {
      if (takes(schema, field.name())) {
        throw new LockstepException(
            FailureKind.DATA,
            "Cannot add the column '%s' to the predictions: the input has a column of that name"
                .formatted(field.name()));
      }
      schema = schema.add(field);
    }
    return schema;
  }

  private static List<StructField> added(LabelSchema label) {
    List<StructField> fields = new ArrayList<>();
    if (label instanceof LabelSchema.Classes classes) {
      fields.add(nullable(PREDICTION, DataTypes.StringType));
      probabilities(classes.names())
          .forEach(name -> fields.add(nullable(name, DataTypes.FloatType)));
    } else {
      fields.add(nullable(PREDICTION, DataTypes.DoubleType));
    }
    fields.add(nullable(PROBLEM, DataTypes.StringType));
    return fields;
  }

  /**
   * One name for each class, different even where the case of letters does not count: characters
   * other than letters, digits and {@code _} become {@code _}, a name that is taken gets the number
   * of its class.
   */
  static List<String> probabilities(List<String> classes) {
    List<String> names = new ArrayList<>();
    for (String name : classes) {
      String safe = PROBABILITY + name.replaceAll("[^\\p{L}\\p{N}_]", "_");
      names.add(names.stream().anyMatch(safe::equalsIgnoreCase) ? safe + "_" + names.size() : safe);
    }
    return names;
  }

  private static boolean takes(StructType schema, String name) {
    for (String taken : schema.fieldNames()) {
      if (taken.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }

  private static StructField nullable(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }
}
