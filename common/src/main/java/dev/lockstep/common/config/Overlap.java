package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a rank exchanges the gradients of later layers while it computes those of earlier ones. */
public enum Overlap {
  /** Where ranks are in several JVMs; within one, an exchange is too short to be worth a thread. */
  @JsonProperty("auto")
  AUTO,
  @JsonProperty("on")
  ON,
  @JsonProperty("off")
  OFF
}
