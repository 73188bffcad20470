package dev.lockstep.worker.compute.lean;

import dev.lockstep.worker.network.LayerSlot.Feed;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's convolution on oneDNN, with one forward product a step, where DL4J computes it again on
 * the way back.
 */
final class LeanConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  /** What came before the activation function, or what gives the same derivative. */
  private transient INDArray kept;

  LeanConvolution(NeuralNetConfiguration configuration, DataType type, Feed feed) {
    super(configuration, type);
    this.helper = feed == Feed.LAYER ? new MKLDNNConvHelper(type) : new FirstConvolution(feed);
  }

  /** The activation function is applied in place to what this returns on the way forth. */
  @Override
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    if (forBackprop && kept != null) {
      return new Pair<>(kept, null);
    }
    Pair<INDArray, INDArray> preOutput = super.preOutput(training, forBackprop, workspaces);
    if (training && !forBackprop) {
      kept =
          Recoverable.is(layerConf().getActivationFn())
              ? preOutput.getFirst()
              : workspaces.dup(ArrayType.ACTIVATIONS, preOutput.getFirst());
    }
    return preOutput;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    try {
      return super.backpropGradient(epsilon, workspaces);
    } finally {
      kept = null;
    }
  }
}
