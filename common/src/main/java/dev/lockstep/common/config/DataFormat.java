package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** File formats that a job can read. */
public enum DataFormat {
  @JsonProperty("csv")
  CSV,
  /** The format of MNIST: images and labels as big-endian arrays of bytes. */
  @JsonProperty("idx")
  IDX
}
