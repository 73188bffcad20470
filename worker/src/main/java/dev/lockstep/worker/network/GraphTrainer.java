package dev.lockstep.worker.network;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The halves of {@code ComputationGraph.fit}. */
final class GraphTrainer implements NetworkTrainer {
  private final ComputationGraph network;
  private final GraphUpdater updater;
  private final INDArray gradient;

  GraphTrainer(ComputationGraph network) {
    this.network = network;
    network.initGradientsView();
    updater = new GraphUpdater(network);
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
    network.setInputs(inputs);
    network.setLabels(targets);
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
    network.getConfiguration().setIterationCount(iteration + 1);
    network.applyConstraints(iteration + 1, epoch);
    network.clearLayersStates();
  }

  @Override
  public void moveTo(int iteration, int epoch) {
    network.getConfiguration().setIterationCount(iteration);
    network.getConfiguration().setEpochCount(epoch);
  }
}
