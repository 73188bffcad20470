package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What is exchanged of the lanes' gradients, where that is not all of each as it is.
 *
 * @param precision of what is exchanged
 */
public record Exchange(Precision precision, Sparsify sparsify) {
  /** All of each gradient, as it is. */
  public static final Exchange ALL = new Exchange(Precision.FLOAT32, new Sparsify.None());

  /** The numbers that are exchanged: gradients, and sums of some lanes' gradients. */
  public enum Precision {
    @JsonProperty("float32")
    FLOAT32,
    /** The upper half of a float32, rounded. */
    @JsonProperty("bfloat16")
    BFLOAT16
  }
}
