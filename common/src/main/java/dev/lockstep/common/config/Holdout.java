package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Where the samples of a split come from that is not trained on. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Holdout.None.class, name = "none"),
  @JsonSubTypes.Type(value = Holdout.Fraction.class, name = "fraction"),
  @JsonSubTypes.Type(value = Holdout.Path.class, name = "path")
})
public sealed interface Holdout {
  /** No such split. */
  record None() implements Holdout {}

  /** A part of the training data, taken by a seeded hash of the row; between 0 and 1. */
  record Fraction(double fraction) implements Holdout {}

  /** Files of its own. */
  record Path(String path) implements Holdout {}
}
