package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When each rank updates its slice of the parameters and tells the others, instead of all. */
public enum UpdateSharing {
  /** Where all ranks are in one JVM: there new parameters cost no more to share than gradients. */
  @JsonProperty("auto")
  AUTO,
  @JsonProperty("on")
  ON,
  @JsonProperty("off")
  OFF
}
