package dev.lockstep.worker.model;

import dev.lockstep.common.config.Activation;
import dev.lockstep.common.config.Initialiser;
import dev.lockstep.common.config.LayerSpec;
import dev.lockstep.common.config.Loss;
import dev.lockstep.common.data.LabelSchema;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossCosineProximity;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossPoisson;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;

/** The names of the job file in DL4J's terms. */
final class Dl4jTerms {
  private Dl4jTerms() {}

  static org.nd4j.linalg.activations.Activation activation(Activation activation) {
    return switch (activation) {
      case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case RELU6 -> org.nd4j.linalg.activations.Activation.RELU6;
      case LEAKY_RELU -> org.nd4j.linalg.activations.Activation.LEAKYRELU;
      case ELU -> org.nd4j.linalg.activations.Activation.ELU;
      case SELU -> org.nd4j.linalg.activations.Activation.SELU;
      case GELU -> org.nd4j.linalg.activations.Activation.GELU;
      case SWISH -> org.nd4j.linalg.activations.Activation.SWISH;
      case MISH -> org.nd4j.linalg.activations.Activation.MISH;
      case SOFTPLUS -> org.nd4j.linalg.activations.Activation.SOFTPLUS;
      case SOFTSIGN -> org.nd4j.linalg.activations.Activation.SOFTSIGN;
      case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
      case HARD_SIGMOID -> org.nd4j.linalg.activations.Activation.HARDSIGMOID;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
      case HARD_TANH -> org.nd4j.linalg.activations.Activation.HARDTANH;
      case SOFTMAX -> org.nd4j.linalg.activations.Activation.SOFTMAX;
    };
  }

  static WeightInit initialiser(Initialiser initialiser) {
    return switch (initialiser) {
      case XAVIER -> WeightInit.XAVIER;
      case XAVIER_UNIFORM -> WeightInit.XAVIER_UNIFORM;
      case HE -> WeightInit.RELU;
      case HE_UNIFORM -> WeightInit.RELU_UNIFORM;
      case LECUN -> WeightInit.LECUN_NORMAL;
      case LECUN_UNIFORM -> WeightInit.LECUN_UNIFORM;
      case NORMAL -> WeightInit.NORMAL;
      case UNIFORM -> WeightInit.UNIFORM;
      case ZEROS -> WeightInit.ZERO;
      case ONES -> WeightInit.ONES;
    };
  }

  static ILossFunction loss(Loss loss, LabelSchema label) {
    return switch (loss) {
      case CROSS_ENTROPY -> new LossMCXENT();
      case BINARY_CROSS_ENTROPY -> new LossBinaryXENT();
      case MEAN_SQUARED_ERROR -> new LossMSE();
      case SUM_OF_SQUARES -> new LossL2();
      case MEAN_ABSOLUTE_ERROR -> new LossMAE();
      case SUM_OF_ABSOLUTES -> new LossL1();
      case HINGE -> signed(new LossHinge(), label);
      case SQUARED_HINGE -> signed(new LossSquaredHinge(), label);
      case HUBER -> new HuberLoss();
      case POISSON -> new LossPoisson();
      case KL_DIVERGENCE -> new LossKLD();
      case COSINE_PROXIMITY -> new LossCosineProximity();
    };
  }

  static ConvolutionMode padding(LayerSpec.Padding padding) {
    return switch (padding) {
      case VALID -> ConvolutionMode.Truncate;
      case SAME -> ConvolutionMode.Same;
    };
  }

  static PoolingType pooling(LayerSpec.Pooling pooling) {
    return switch (pooling) {
      case MAX -> PoolingType.MAX;
      case AVERAGE -> PoolingType.AVG;
    };
  }

  /** A value is what its column says; classes come as 0 and 1. */
  private static ILossFunction signed(ILossFunction loss, LabelSchema label) {
    return label instanceof LabelSchema.Classes ? new SignedLabels(loss) : loss;
  }
}
