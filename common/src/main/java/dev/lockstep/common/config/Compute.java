package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** By what gradients are computed. */
public enum Compute {
  /** By the cheapest path for each layer whose gradient agrees with DL4J's. */
  @JsonProperty("auto")
  AUTO,
  /** By DL4J alone. */
  @JsonProperty("dl4j")
  DL4J
}
