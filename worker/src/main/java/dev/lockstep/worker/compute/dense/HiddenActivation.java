package dev.lockstep.worker.compute.dense;

import java.util.List;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** The activation function of a hidden layer, both ways. */
sealed interface HiddenActivation permits Identity, Relu, Dl4jActivation {
  /** Those of DL4J that see each element by itself and draw nothing at random. */
  List<Class<? extends IActivation>> KNOWN =
      List.of(
          ActivationCube.class,
          ActivationELU.class,
          ActivationGELU.class,
          ActivationHardSigmoid.class,
          ActivationHardTanH.class,
          ActivationIdentity.class,
          ActivationLReLU.class,
          ActivationMish.class,
          ActivationRationalTanh.class,
          ActivationReLU.class,
          ActivationReLU6.class,
          ActivationRectifiedTanh.class,
          ActivationSELU.class,
          ActivationSigmoid.class,
          ActivationSoftPlus.class,
          ActivationSoftSign.class,
          ActivationSwish.class,
          ActivationTanH.class,
          ActivationThresholdedReLU.class);

  static boolean knows(IActivation function) {
    return KNOWN.contains(function.getClass());
  }

  static HiddenActivation of(IActivation function) {
    if (function instanceof ActivationIdentity) {
      return new Identity();
    }
    return function.equals(new ActivationReLU()) ? new Relu() : new Dl4jActivation(function);
  }

  /**
   * Leaves the layer's output in its memory.
   *
   * @param preOutput [samples x units]; overwritten
   * @param length of it
   */
  void forward(float[] preOutput, int length, StageMemory memory);

  /** Turns the gradient of the output, in {@code memory.delta()}, into that of the pre-output. */
  void backward(int length, StageMemory memory);
}
