package dev.lockstep.worker.compute.lean;

import dev.lockstep.worker.network.LayerSlot.Feed;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's dense layer with one forward product a step, where DL4J computes it again on the way back,
 * and without the gradient of the features, which nobody asks for.
 */
final class LeanDense extends DenseLayer {
  private static final long serialVersionUID = 1L;

  private final Feed feed;

  /** What came before the activation function, or what gives the same derivative. */
  private transient INDArray kept;

  LeanDense(NeuralNetConfiguration configuration, DataType type, Feed feed) {
    super(configuration, type);
    this.feed = feed;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    kept = null;
    if (!training || maskArray != null) {
      return super.activate(training, workspaces);
    }
    IActivation function = layerConf().getActivationFn();
    INDArray preOutput = preOutput(true, workspaces);
    if (!Recoverable.is(function)) {
      kept = workspaces.dup(ArrayType.ACTIVATIONS, preOutput);
    }
    INDArray output = function.getActivation(preOutput, true);
    if (kept == null) {
      kept = output;
    }
    return output;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (kept == null || maskArray != null) {
      return super.backpropGradient(epsilon, workspaces);
    }
    INDArray delta = layerConf().getActivationFn().backprop(kept, epsilon).getFirst();
    kept = null;
    return new Pair<>(gradient(delta), next(delta, workspaces));
  }

  private Gradient gradient(INDArray delta) {
    Gradient gradient = new DefaultGradient();
    if (hasBias()) {
      INDArray bias = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
      delta.sum(bias, 0);
      gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, bias);
    }
    INDArray weights = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
    Nd4j.gemm(input.castTo(weights.dataType()), delta, weights, true, false, 1.0, 0.0);
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weights);
    return gradient;
  }

  /** The gradient of the input, of which only the shape is wanted behind the features. */
  private INDArray next(INDArray delta, LayerWorkspaceMgr workspaces) {
    if (feed != Feed.LAYER) {
      return Unasked.gradient(feed, input, workspaces);
    }
    INDArray weights = getParam(DefaultParamInitializer.WEIGHT_KEY);
    INDArray epsilon =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD,
            delta.dataType(),
            new long[] {weights.size(0), delta.size(0)},
            'f');
    return weights.mmuli(delta.transpose(), epsilon).transpose();
  }
}
