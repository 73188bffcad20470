package dev.lockstep.worker.network;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The halves of {@code MultiLayerNetwork.fit}. */
final class StackTrainer implements NetworkTrainer {
  private final MultiLayerNetwork network;
  private final StackUpdater updater;
  private final INDArray gradient;

  StackTrainer(MultiLayerNetwork network) {
    this.network = network;
    network.initGradientsView();
    updater = new StackUpdater(network);
    network.setUpdater(updater);
    gradient = network.getFlattenedGradients().reshape(network.numParams());
  }

  @Override
  public INDArray gradient() {
    return gradient;
  }

  @Override
  public List<Range> layers() {
    return updater.layers();
  }

  @Override
  public List<Range> statistics() {
    return updater.statistics();
  }

  @Override
  public double computeGradient(INDArray[] inputs, INDArray[] targets) {
    network.setInput(inputs[0]);
    network.setLabels(targets[0]);
    network.computeGradientAndScore();
    double score = network.score();
    return network.conf().isMiniBatch() ? score * targets[0].size(0) : score;
  }

  @Override
  public int divisor(int samples) {
    return updater.divisor(samples);
  }

  @Override
  public void applyUpdate(int samples) {
    int iteration = network.getIterationCount();
    int epoch = network.getEpochCount();
    updater.update(network.gradient(), iteration, epoch, samples, LayerWorkspaceMgr.noWorkspaces());
    network.params().subi(gradient);
    network.getLayerWiseConfigurations().setIterationCount(iteration + 1);
    network.applyConstraints(iteration + 1, epoch);
    network.clearLayersStates();
  }

  @Override
  public void moveTo(int iteration, int epoch) {
    network.getLayerWiseConfigurations().setIterationCount(iteration);
    network.getLayerWiseConfigurations().setEpochCount(epoch);
  }
}
