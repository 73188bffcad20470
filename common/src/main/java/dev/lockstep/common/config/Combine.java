package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How the lanes become one model. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Combine.GradientSharing.class, name = "gradient-sharing"),
  @JsonSubTypes.Type(value = Combine.ParameterAveraging.class, name = "parameter-averaging")
})
public sealed interface Combine {
  /** Every step all lanes' gradients are summed, then one update is applied. */
  record GradientSharing() implements Combine {}

  /**
   * Every lane trains a replica of its own; the replicas are averaged, weighted by samples.
   *
   * @param every steps between two averagings; the end of an epoch always averages
   */
  record ParameterAveraging(int every) implements Combine {}
}
