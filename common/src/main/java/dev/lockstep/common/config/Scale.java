package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How numbers are scaled, with figures taken from the training part. */
public enum Scale {
  /** Mean 0, standard deviation 1. */
  @JsonProperty("standard")
  STANDARD,
  /** Smallest value 0, largest 1; for images 0 to 255 becomes 0 to 1. */
  @JsonProperty("min-max")
  MIN_MAX,
  @JsonProperty("none")
  NONE
}
