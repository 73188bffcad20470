package dev.lockstep.worker.network;

import dev.lockstep.worker.network.Network.Scored;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The last layer of an inference, run for losses and outputs. */
record OutputPass(IOutputLayer layer, InputPreProcessor preProcessor) {
  /**
   * @param activations of the layer before, or the features themselves; may be written into
   */
  Scored run(INDArray activations, INDArray targets) {
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    int samples = Math.toIntExact(targets.size(0));
    INDArray input =
        preProcessor == null
            ? activations
            : preProcessor.preProcess(activations, samples, workspaces);
    layer.setInput(input, workspaces);
    layer.setLabels(targets);
    INDArray losses = layer.computeScoreForExamples(0, workspaces);
    INDArray outputs = layer.activate(false, workspaces);
    return new Scored(outputs, losses);
  }
}
