package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What is done about a training whose loss or parameters have become NaN or infinite. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OnDivergence.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = OnDivergence.Rollback.class, name = "rollback")
})
public sealed interface OnDivergence {
  /** The run fails. */
  record Stop() implements OnDivergence {}

  /**
   * The training goes back to the start of the epoch and on from there with lower learning rates.
   *
   * @param learningRateFactor by which every learning rate is multiplied each time, in (0, 1)
   * @param times that a run may go back; the next divergence fails it
   */
  record Rollback(double learningRateFactor, int times) implements OnDivergence {
    /** By how much learning rates are multiplied after a number of rollbacks. */
    public double factorAfter(int rollbacks) {
      return Math.pow(learningRateFactor, rollbacks);
    }
  }
}
