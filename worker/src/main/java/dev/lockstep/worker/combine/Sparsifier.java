package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Span;

/**
 * Chooses the elements of a lane's gradient that are exchanged. What it does depends on the lane's
 * own numbers alone. It chooses what is not finite always, so that a divergence is found.
 *
 * <p>What a lane still has to bring is kept in units of the step's gradient as the optimizer sees
 * it, a mean over samples as a rule; a gradient is a sum over samples. The one is the other times
 * the step's number of samples, which is smaller in the last step of an epoch.
 */
sealed interface Sparsifier permits ThresholdSparsifier, LargestSparsifier {
  /**
   * Adds a section of a gradient to what the lane has to bring, replaces it by what is exchanged of
   * that, and takes that away.
   *
   * @param pending what the lane has to bring, as long as the gradient
   * @param samples by which the optimizer will divide the sum of all lanes' gradients
   */
  void choose(float[] pending, FloatVector gradient, Span section, int samples);

  /** A number of which all that is exchanged are multiples; 0 where there is none. */
  float quantum(int samples);
}
