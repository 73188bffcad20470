package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;

/** Trains the lanes of this rank together with those of all others, epoch by epoch. */
public sealed interface Combiner
    permits GradientSharing, ParameterAveraging, HierarchicalAveraging {
  /**
   * Runs the steps of an epoch to its end; afterwards every rank holds the same parameters.
   *
   * @param epoch counted from 1
   * @param stepsDone with which to go on: 0, or what {@link StepBoundary#reached} was told
   */
  void train(int epoch, int stepsDone, EpochOrder order);
}
