package dev.lockstep.worker.compute.dense;

import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What follows the last layer's product: activation and loss of a batch. */
sealed interface LossHead permits SoftmaxCrossEntropy, Dl4jLoss {
  static LossHead of(OutputLayer layer) {
    if (layer.getActivationFn() instanceof ActivationSoftmax
        && layer.getLossFn().getClass() == LossMCXENT.class
        && ((LossMCXENT) layer.getLossFn()).getWeights() == null) {
      return new SoftmaxCrossEntropy(((LossMCXENT) layer.getLossFn()).getSoftmaxClipEps());
    }
    return new Dl4jLoss(layer.getLossFn(), layer.getActivationFn());
  }

  /**
   * Leaves the gradient of the pre-output in {@code memory.delta()}.
   *
   * @param targets [samples, units]
   * @param preOutput [samples x units]; overwritten
   * @return the loss, summed over the samples
   */
  double run(INDArray targets, float[] preOutput, StageMemory memory);
}
