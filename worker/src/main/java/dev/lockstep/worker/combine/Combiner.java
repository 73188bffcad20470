package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;

/** Trains the lanes of this rank together with those of all others, epoch by epoch. */
public sealed interface Combiner permits GradientSharing, ParameterAveraging {
  /**
   * Runs all steps of an epoch; afterwards every rank holds the same parameters.
   *
   * @param epoch counted from 1
   */
  void train(int epoch, EpochOrder order);
}
