package dev.lockstep.worker.network;

import dev.lockstep.worker.network.LayerHooks.Slot;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The halves of {@code ComputationGraph.fit}. */
final class GraphTrainer implements NetworkTrainer {
  private final ComputationGraph network;
  private final GraphUpdater updater;
  private final INDArray gradient;
  private final LayerHooks hooks;

  GraphTrainer(ComputationGraph network) {
    this.network = network;
    network.initGradientsView();
    updater = new GraphUpdater(network);
    network.setUpdater(updater);
    gradient = network.getFlattenedGradients().reshape(network.numParams());
    hooks = new LayerHooks(gradient, slots(), this::changesFinishedGradients);
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
  public double computeGradient(INDArray[] inputs, INDArray[] targets, GradientListener listener) {
    return hooks.during(() -> computeGradient(inputs, targets), listener);
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

  private List<Slot> slots() {
    return Arrays.stream(network.getVertices())
        .filter(LayerVertex.class::isInstance)
        .map(LayerVertex.class::cast)
        .map(vertex -> new Slot(vertex::getLayer, vertex::setLayer))
        .toList();
  }

  /** See {@link LayerHooks}. */
  private boolean changesFinishedGradients() {
    return !network.getListeners().isEmpty()
        || network.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT;
  }
}
