package dev.lockstep.common.data;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a sample's label is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LabelSchema.Classes.class, name = "class"),
  @JsonSubTypes.Type(value = LabelSchema.Value.class, name = "value")
})
public sealed interface LabelSchema {
  /**
   * One of several classes; shards hold the index of its name (int32).
   *
   * @param column name of the label's column
   */
  record Classes(String column, List<String> names) implements LabelSchema {
    public Classes {
      names = List.copyOf(names);
    }
  }

  /**
   * A number; shards hold {@code (number - shift) / scale} (float32), and so does the network's
   * output.
   */
  record Value(String column, double shift, double scale) implements LabelSchema {}
}
