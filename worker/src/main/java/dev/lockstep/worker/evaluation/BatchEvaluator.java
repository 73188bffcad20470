package dev.lockstep.worker.evaluation;

import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Passes batches through a network in inference mode and adds what comes out to sums; parameters,
 * updater and counters of the network stay as they are. One thread at a time.
 *
 * <p>The loss of a sample is that of the output layer's own loss function, without L1, L2 or weight
 * decay. The layers before the output layer run once; the output layer runs once for the loss and
 * once for its activations. A batch gives the same bits every time.
 */
public final class BatchEvaluator {
  private final MultiLayerNetwork network;
  private final IOutputLayer outputLayer;

  /**
   * @param network one whose last layer has a loss (OutputLayer, LossLayer and their like)
   */
  public BatchEvaluator(MultiLayerNetwork network) {
    this.network = network;
    this.outputLayer = (IOutputLayer) network.getOutputLayer();
  }

  /**
   * Evaluates a batch of at least one sample.
   *
   * @param features [samples, ...] as the network's first layer takes them
   * @param targets [samples, units] as the loss function compares them with the outputs
   * @param labels class index or scaled value of each sample
   */
  public void add(INDArray features, INDArray targets, float[] labels, EvaluationSums sums) {
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    outputLayer.setInput(outputLayerInput(features, workspaces), workspaces);
    outputLayer.setLabels(targets);
    float[] losses = flat(outputLayer.computeScoreForExamples(0, workspaces));
    float[] outputs = flat(outputLayer.activate(false, workspaces));
    network.clearLayersStates();
    sums.add(outputs, labels, losses.length, sum(losses));
  }

  private INDArray outputLayerInput(INDArray features, LayerWorkspaceMgr workspaces) {
    int last = network.getnLayers() - 1;
    // The output layer may write into its input where it is told so: features stay the caller's.
    INDArray input =
        last == 0 ? features.dup() : network.feedForwardToLayer(last - 1, features).get(last);
    InputPreProcessor preProcessor = network.getLayerWiseConfigurations().getInputPreProcess(last);
    return preProcessor == null
        ? input
        : preProcessor.preProcess(input, Math.toIntExact(features.size(0)), workspaces);
  }

  private static float[] flat(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }
}
