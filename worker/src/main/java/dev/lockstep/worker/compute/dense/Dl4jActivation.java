package dev.lockstep.worker.compute.dense;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function of DL4J, applied by DL4J.
 *
 * @param function that sees each element by itself
 */
record Dl4jActivation(IActivation function) implements HiddenActivation {
  @Override
  public void forward(float[] preOutput, int length, StageMemory memory) {
    memory.preOutput().floats().put(0, preOutput, 0, length);
    INDArray output = memory.output().array();
    memory.output().floats().put(0, preOutput, 0, length);
    take(function.getActivation(output, true), output);
  }

  @Override
  public void backward(int length, StageMemory memory) {
    INDArray delta = memory.delta().array();
    take(function.backprop(memory.preOutput().array(), delta).getFirst(), delta);
  }

  /** Some functions work in place, others hand out an array of their own. */
  @SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same content
  private static void take(INDArray result, INDArray target) {
    if (result != target) {
      target.assign(result);
    }
  }
}
