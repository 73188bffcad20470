package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to numeric columns (and, as far as scaling goes, to pixels). */
public record NumericConfig(ColumnChoice columns, Scale scale, Missing missing) {
  /** What takes the place of a missing number. */
  public enum Missing {
    @JsonProperty("mean")
    MEAN,
    @JsonProperty("median")
    MEDIAN,
    @JsonProperty("error")
    ERROR
  }
}
