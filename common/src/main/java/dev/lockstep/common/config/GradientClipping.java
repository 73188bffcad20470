package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * A bound on the gradients that an optimizer sees: on the combined one of a step, or on each lane's
 * own under parameter averaging.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = GradientClipping.None.class, name = "none"),
  @JsonSubTypes.Type(value = GradientClipping.ByValue.class, name = "value"),
  @JsonSubTypes.Type(value = GradientClipping.ByNorm.class, name = "norm")
})
public sealed interface GradientClipping {
  /** No bound. */
  record None() implements GradientClipping {}

  /** Each element between minus and plus the limit. */
  record ByValue(double limit) implements GradientClipping {}

  /** Each layer's gradient scaled down to an L2 norm of at most the limit. */
  record ByNorm(double limit) implements GradientClipping {}
}
