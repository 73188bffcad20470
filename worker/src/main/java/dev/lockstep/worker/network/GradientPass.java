package dev.lockstep.worker.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A way to run forward and backward pass of one network. */
public interface GradientPass {
  /**
   * Leaves the gradient, a sum over the samples, in the network's flat gradient.
   *
   * @param inputs an array for each input
   * @param targets an array for each output
   * @return the loss of all outputs, summed over the samples, as the optimizer sees it
   */
  double run(INDArray[] inputs, INDArray[] targets, GradientListener listener);

  /** As {@link #run(INDArray[], INDArray[], GradientListener)}, where nobody listens. */
  default double run(INDArray[] inputs, INDArray[] targets) {
    return run(inputs, targets, part -> {});
  }

  /** Drops what a pass has left in the layers beside the gradient, which has been applied. */
  default void clear() {}
}
