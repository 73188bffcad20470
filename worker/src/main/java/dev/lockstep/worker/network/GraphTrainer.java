package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The halves of {@code ComputationGraph.fit}. */
final class GraphTrainer implements NetworkTrainer {
  private final ComputationGraph network;
  private final GraphUpdater updater;
  private final INDArray gradient;
  private final Span all;
  private final LayerHooks hooks;

  GraphTrainer(ComputationGraph network, Updating updating) {
    this.network = network;
    new GraphNetwork(network).makeGradient();
    updater = new GraphUpdater(network, updating);
    network.setUpdater(updater);
    gradient = network.getFlattenedGradients().reshape(network.numParams());
    all = new Span(0, Math.toIntExact(network.numParams()));
    hooks =
        new LayerHooks(gradient, new GraphNetwork(network).slots(), this::changesFinishedGradients);
  }

  @Override
  public INDArray gradient() {
    return gradient;
  }

  @Override
  public List<Span> layers() {
    return updater.layout().layers();
  }

  @Override
  public List<Span> statistics() {
    return updater.layout().statistics();
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
  public int divisor(int samples) {
    return updater.divisor(samples);
  }

  @Override
  public boolean takesParts() {
    return updater.takesParts();
  }

  @Override
  public List<Span> stateOf(Span part) {
    return updater.stateOf(part);
  }

  @Override
  public void applyUpdate(int samples) {
    applyUpdate(samples, all);
  }

  @Override
  public void applyUpdate(int samples, Span part) {
    int iteration = network.getIterationCount();
    int epoch = network.getEpochCount();
    updater.apply(samples, iteration, epoch, part);
    network.getConfiguration().setIterationCount(iteration + 1);
    network.applyConstraints(iteration + 1, epoch);
    network.clearLayersStates();
  }

  @Override
  public void moveTo(int iteration, int epoch) {
    network.getConfiguration().setIterationCount(iteration);
    network.getConfiguration().setEpochCount(epoch);
  }

  /** See {@link LayerHooks}. */
  private boolean changesFinishedGradients() {
    return !network.getListeners().isEmpty()
        || network.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT;
  }
}
