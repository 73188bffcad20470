package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether workers may compute by kernels that add up in different orders. */
public enum Kernels {
  /** No: all of them, in all attempts, compute to the same bits. */
  @JsonProperty("alike")
  ALIKE,
  /** Yes, though the weights depend on it. */
  @JsonProperty("any")
  ANY
}
