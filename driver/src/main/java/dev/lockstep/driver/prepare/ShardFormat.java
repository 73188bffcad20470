package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.LabelSchema;
import java.io.Serializable;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of a shard.
 *
 * @param size elements of a feature vector
 */
record ShardFormat(ElementType element, int size, boolean classes) implements Serializable {
  static final String FEATURES = "features";
  static final String LABEL = "label";

  static ShardFormat of(DataSchema schema) {
    return new ShardFormat(
        schema.element(), schema.input().size(), schema.label() instanceof LabelSchema.Classes);
  }

  int featureBytes() {
    return switch (element) {
      case UINT8 -> size;
      case FLOAT32 -> size * Float.BYTES;
    };
  }

  int sampleBytes() {
    return featureBytes() + SampleEncoder.LABEL_BYTES;
  }

  Schema arrowSchema() {
    ArrowType single = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    ArrowType stored =
        switch (element) {
          case UINT8 -> new ArrowType.Int(8, false);
          case FLOAT32 -> single;
        };
    Field item = new Field("item", FieldType.notNullable(stored), null);
    ArrowType list = new ArrowType.FixedSizeList(size);
    ArrowType label = classes ? new ArrowType.Int(32, true) : single;
    return new Schema(
        List.of(
            new Field(FEATURES, FieldType.notNullable(list), List.of(item)),
            new Field(LABEL, FieldType.notNullable(label), null)));
  }
}
