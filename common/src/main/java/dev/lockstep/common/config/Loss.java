package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Loss functions by their usual names; each is summed over the samples of a step. */
public enum Loss {
  /** Categorical cross-entropy (negative log-likelihood of the true class). */
  @JsonProperty("cross-entropy")
  CROSS_ENTROPY,
  @JsonProperty("binary-cross-entropy")
  BINARY_CROSS_ENTROPY,
  /** Squared error, averaged over the outputs of a sample. */
  @JsonProperty("mean-squared-error")
  MEAN_SQUARED_ERROR,
  /** Squared error, summed over the outputs of a sample. */
  @JsonProperty("sum-of-squares")
  SUM_OF_SQUARES,
  /** Absolute error, averaged over the outputs of a sample. */
  @JsonProperty("mean-absolute-error")
  MEAN_ABSOLUTE_ERROR,
  /** Absolute error, summed over the outputs of a sample. */
  @JsonProperty("sum-of-absolutes")
  SUM_OF_ABSOLUTES,
  @JsonProperty("hinge")
  HINGE,
  @JsonProperty("squared-hinge")
  SQUARED_HINGE,
  /** Squared error up to a distance of 1, absolute error beyond. */
  @JsonProperty("huber")
  HUBER,
  @JsonProperty("poisson")
  POISSON,
  @JsonProperty("kl-divergence")
  KL_DIVERGENCE,
  @JsonProperty("cosine-proximity")
  COSINE_PROXIMITY
}
