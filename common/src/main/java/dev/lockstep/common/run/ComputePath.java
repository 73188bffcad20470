package dev.lockstep.common.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A way to compute a layer. */
public enum ComputePath {
  /** As DL4J does by itself. */
  @JsonProperty("dl4j")
  DL4J,
  /** In DL4J's network, without what DL4J computes twice or for nobody. */
  @JsonProperty("lean")
  LEAN,
  /** In DL4J's network, by oneDNN. */
  @JsonProperty("onednn")
  ONEDNN,
  /** On BLAS, without DL4J's network: all layers of the network or none. */
  @JsonProperty("direct")
  DIRECT
}
