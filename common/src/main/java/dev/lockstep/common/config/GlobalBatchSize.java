package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Samples that one optimizer step sees.
 *
 * @param samples their number where the kind is {@link Kind#SAMPLES}, else 0
 */
public record GlobalBatchSize(Kind kind, int samples) {
  public static final GlobalBatchSize ALL = new GlobalBatchSize(Kind.ALL, 0);

  public static GlobalBatchSize of(int samples) {
    return new GlobalBatchSize(Kind.SAMPLES, samples);
  }

  /** A number of samples, or the whole training part (full-batch gradient descent). */
  public enum Kind {
    @JsonProperty("samples")
    SAMPLES,
    @JsonProperty("all")
    ALL
  }
}
