package dev.lockstep.common.data;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The shape of one sample's features. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = InputShape.Vector.class, name = "vector"),
  @JsonSubTypes.Type(value = InputShape.Image.class, name = "image")
})
public sealed interface InputShape {
  /** Elements of one sample. */
  int size();

  /** Features without a layout. */
  record Vector(int size) implements InputShape {}

  /** An image, stored by channel, row and column. */
  record Image(int channels, int height, int width) implements InputShape {
    @Override
    public int size() {
      return channels * height * width;
    }
  }
}
