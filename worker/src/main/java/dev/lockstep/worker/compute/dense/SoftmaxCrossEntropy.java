package dev.lockstep.worker.compute.dense;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax and multi-class cross entropy, whose gradient is softmax(z) - y.
 *
 * <p>The loss is summed in double precision, where DL4J does so in single.
 */
final class SoftmaxCrossEntropy implements LossHead {
  private final double clip;
  private float[] labels = {};
  private Softmax softmax;

  /**
   * @param clip probabilities are held between this and 1 minus this for the loss
   */
  SoftmaxCrossEntropy(double clip) {
    this.clip = clip;
  }

  @Override
  public double run(INDArray targets, float[] values, StageMemory memory) {
    Rows output = memory.output();
    int length = Math.toIntExact(output.array().length());
    makeReady(output, length);
    output.floats().put(0, values, 0, length);
    softmax.run();
    output.floats().get(0, values, 0, length);
    ((FloatPointer) targets.data().pointer()).get(labels, 0, length);
    double loss = loss(values, length);
    for (int i = 0; i < length; i++) {
      values[i] -= labels[i];
    }
    memory.delta().floats().put(0, values, 0, length);
    return loss;
  }

  @SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same content
  private void makeReady(Rows output, int length) {
    if (softmax == null || softmax.rows() != output) {
      softmax = new Softmax(output);
    }
    if (labels.length < length) {
      labels = new float[length];
    }
  }

  private double loss(float[] probabilities, int length) {
    float least = (float) clip;
    float most = (float) (1 - clip);
    double sum = 0;
    for (int i = 0; i < length; i++) {
      if (labels[i] != 0) {
        float held = Math.min(most, Math.max(least, probabilities[i]));
        sum -= labels[i] * StrictMath.log(held);
      }
    }
    return sum;
  }
}
