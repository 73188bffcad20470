package dev.lockstep.worker.compute.dense;

import java.util.OptionalInt;
import org.nd4j.linalg.activations.IActivation;

/**
 * A dense layer and where its parameters lie in the flat vectors.
 *
 * @param weights offset of the weights, [inputs, units] column after column
 * @param bias offset of the bias, [units], where the layer has one
 */
record DenseSpec(int inputs, int units, int weights, OptionalInt bias, IActivation activation) {
  /** Where the layer's part of the flat vectors ends. */
  int end() {
    return weights + inputs * units + (bias.isPresent() ? units : 0);
  }
}
