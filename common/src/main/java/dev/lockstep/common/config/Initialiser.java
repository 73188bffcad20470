package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Distributions that weights start from, by their usual names; n is the number of a unit's inputs.
 */
public enum Initialiser {
  /** Normal, variance 2 / (inputs + outputs) (Glorot and Bengio, 2010). */
  @JsonProperty("xavier")
  XAVIER,
  @JsonProperty("xavier-uniform")
  XAVIER_UNIFORM,
  /** Normal, variance 2 / n (He et al., 2015). */
  @JsonProperty("he")
  HE,
  @JsonProperty("he-uniform")
  HE_UNIFORM,
  /** Normal, variance 1 / n (LeCun et al., 1998). */
  @JsonProperty("lecun")
  LECUN,
  @JsonProperty("lecun-uniform")
  LECUN_UNIFORM,
  /** Normal, variance 1 / n, as DL4J's NORMAL. */
  @JsonProperty("normal")
  NORMAL,
  /** Uniform in plus or minus 1 / sqrt(n). */
  @JsonProperty("uniform")
  UNIFORM,
  @JsonProperty("zeros")
  ZEROS,
  @JsonProperty("ones")
  ONES
}
