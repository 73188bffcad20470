package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;

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
   * Every lane trains a replica of its own; the replicas are averaged, weighted by samples. What is
   * 0 changes nothing and is left out of JSON, so that a job without it keeps its digest.
   *
   * @param every steps between two averagings; the end of an epoch always averages
   * @param warmUp steps at the start of the training, each of which is averaged
   * @param outerMomentum part of the last averaged change that is made again, in [0, 1); it begins
   *     after the warm-up
   */
  record ParameterAveraging(
      int every,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY) int warmUp,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY)
          double outerMomentum)
      implements Combine {}
}
