package dev.lockstep.common.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far a run has come. */
public enum RunStatus {
  @JsonProperty("running")
  RUNNING,
  @JsonProperty("completed")
  COMPLETED,
  @JsonProperty("stopped-early")
  STOPPED_EARLY,
  @JsonProperty("failed")
  FAILED
}
