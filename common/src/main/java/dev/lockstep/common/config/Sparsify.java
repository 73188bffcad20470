package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Which elements of a lane's gradient are exchanged; all others count as 0 in this step. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Sparsify.None.class, name = "none"),
  @JsonSubTypes.Type(value = Sparsify.Threshold.class, name = "threshold"),
  @JsonSubTypes.Type(value = Sparsify.TopK.class, name = "top-k")
})
public sealed interface Sparsify {
  /** All of them. */
  record None() implements Sparsify {}

  /**
   * Each that has reached a threshold, as a whole multiple of that, 127 at most.
   *
   * @param value in units of the gradient that the optimizer sees
   */
  record Threshold(double value, Remainder remainder) implements Sparsify {}

  /**
   * The largest of each layer.
   *
   * @param fraction of the layer's elements, in (0, 1]
   */
  record TopK(double fraction, Remainder remainder) implements Sparsify {}

  /** What becomes of that part of a gradient that is not exchanged. */
  enum Remainder {
    /** It is added to the lane's next gradient. */
    @JsonProperty("kept")
    KEPT,
    @JsonProperty("dropped")
    DROPPED
  }
}
