package dev.lockstep.worker.model;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossUtil;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Huber's loss with a threshold of 1, summed over the outputs of a sample: {@code e * e / 2} up to
 * a distance e of 1, {@code |e| - 1/2} beyond (P. J. Huber, "Robust Estimation of a Location
 * Parameter", 1964).
 *
 * <p>With c = e held between -1 and 1, loss and derivative are {@code c * (e - c / 2)} and c.
 */
public final class HuberLoss implements PortableLoss {
  private static final long serialVersionUID = 1L;

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    INDArray error = error(labels, preOutput, activation);
    INDArray clipped = clipped(error);
    INDArray scores = error.subi(clipped.mul(0.5)).muli(clipped);
    if (mask != null) {
      LossUtil.applyMask(scores, mask);
    }
    return scores.sum(true, 1);
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    INDArray scores = computeScoreArray(labels, preOutput, activation, mask);
    double sum = scores.sumNumber().doubleValue();
    return average ? sum / scores.size(0) : sum;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    INDArray derivative = clipped(error(labels, preOutput, activation));
    INDArray gradient = activation.backprop(preOutput, derivative).getFirst();
    if (mask != null) {
      LossUtil.applyMask(gradient, mask);
    }
    return gradient;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activation, mask, average),
        computeGradient(labels, preOutput, activation, mask));
  }

  @Override
  public String name() {
    return "HuberLoss()";
  }

  @Override
  public ILossFunction portable() {
    return new LossMAE();
  }

  private static INDArray error(INDArray labels, INDArray preOutput, IActivation activation) {
    INDArray output = activation.getActivation(preOutput.dup(), true);
    return output.subi(labels.castTo(output.dataType()));
  }

  private static INDArray clipped(INDArray error) {
    return Transforms.min(Transforms.max(error, -1.0, true), 1.0, false);
  }
}
