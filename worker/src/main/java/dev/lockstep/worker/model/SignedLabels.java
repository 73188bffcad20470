package dev.lockstep.worker.model;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A loss that wants labels of -1 and 1, fed with classes as 0 and 1: each class against the rest.
 * Without the change of sign, a hinge loss would never push the outputs of wrong classes down.
 */
public final class SignedLabels implements PortableLoss {
  private static final long serialVersionUID = 1L;

  private final ILossFunction loss;

  @JsonCreator
  public SignedLabels(@JsonProperty("loss") ILossFunction loss) {
    this.loss = loss;
  }

  @Override
  @JsonProperty("loss")
  public ILossFunction portable() {
    return loss;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return loss.computeScore(signed(labels), preOutput, activation, mask, average);
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return loss.computeScoreArray(signed(labels), preOutput, activation, mask);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return loss.computeGradient(signed(labels), preOutput, activation, mask);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return loss.computeGradientAndScore(signed(labels), preOutput, activation, mask, average);
  }

  @Override
  public String name() {
    return "SignedLabels(%s)".formatted(loss.name());
  }

  private static INDArray signed(INDArray labels) {
    return labels.mul(2).subi(1);
  }
}
