package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether something is done that changes no result; each key says when it pays. */
public enum Switch {
  /** Where it pays. */
  @JsonProperty("auto")
  AUTO,
  @JsonProperty("on")
  ON,
  @JsonProperty("off")
  OFF
}
