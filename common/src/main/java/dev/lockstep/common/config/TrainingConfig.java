package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Section {@code training}: what decides the weights, beside data and model.
 *
 * @param microbatchSize samples of one forward and backward pass; divides the global batch size
 * @param seed of everything random: initial weights, split, order of samples, dropout
 * @param exchange where not all of each gradient is exchanged as it is
 */
public record TrainingConfig(
    int epochs,
    GlobalBatchSize globalBatchSize,
    int microbatchSize,
    long seed,
    Order order,
    Optimizer optimizer,
    Combine combine,
    LossReduction lossReduction,
    GradientClipping gradientClipping,
    OnDivergence onDivergence,
    Compute compute,
    Optional<Exchange> exchange) {

  /**
   * The number of lanes: how many microbatches make a global batch.
   *
   * @param trainingSamples size of the training part, which decides where the batch is all of it
   */
  public int lanes(long trainingSamples) {
    long samples =
        switch (globalBatchSize.kind()) {
          case SAMPLES -> globalBatchSize.samples();
          case ALL -> trainingSamples;
        };
    return Math.toIntExact(Math.max(1, (samples + microbatchSize - 1) / microbatchSize));
  }

  /** The order in which samples are visited. */
  public enum Order {
    /** Anew in every epoch. */
    @JsonProperty("shuffled")
    SHUFFLED,
    /** As in the input, in every epoch. */
    @JsonProperty("input")
    INPUT
  }

  /** What a step's gradient is, given those of its samples. */
  public enum LossReduction {
    @JsonProperty("mean")
    MEAN,
    @JsonProperty("sum")
    SUM
  }
}
