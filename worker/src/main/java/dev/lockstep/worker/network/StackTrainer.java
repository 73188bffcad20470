package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The halves of {@code MultiLayerNetwork.fit}. */
final class StackTrainer implements NetworkTrainer {
  private final MultiLayerNetwork network;
  private final StackUpdater updater;
  private final INDArray gradient;
  private final Span all;
  private final LayerHooks hooks;

  private final Optional<GradientPass> pass;

  /**
   * @param pass that computes gradients in place of the network, where there is one
   */
  StackTrainer(MultiLayerNetwork network, Updating updating, Optional<GradientPass> pass) {
    this.network = network;
    this.pass = pass;
    new StackNetwork(network).makeGradient();
    updater = new StackUpdater(network, updating);
    network.setUpdater(updater);
    gradient = network.getFlattenedGradients().reshape(network.numParams());
    all = new Span(0, Math.toIntExact(network.numParams()));
    hooks =
        new LayerHooks(gradient, new StackNetwork(network).slots(), this::changesFinishedGradients);
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
    return pass.isPresent()
        ? pass.get().run(inputs, targets, part -> {})
        : stockGradient(inputs, targets);
  }

  private double stockGradient(INDArray[] inputs, INDArray[] targets) {
    network.setInput(inputs[0]);
    network.setLabels(targets[0]);
    network.computeGradientAndScore();
    double score = network.score();
    return network.conf().isMiniBatch() ? score * targets[0].size(0) : score;
  }

  @Override
  public double computeGradient(INDArray[] inputs, INDArray[] targets, GradientListener listener) {
    return pass.isPresent()
        ? pass.get().run(inputs, targets, listener)
        : hooks.during(() -> stockGradient(inputs, targets), listener);
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
    network.getLayerWiseConfigurations().setIterationCount(iteration + 1);
    network.applyConstraints(iteration + 1, epoch);
    if (pass.isEmpty()) {
      network.clearLayersStates();
    }
  }

  @Override
  public void moveTo(int iteration, int epoch) {
    network.getLayerWiseConfigurations().setIterationCount(iteration);
    network.getLayerWiseConfigurations().setEpochCount(epoch);
  }

  /** See {@link LayerHooks}. */
  private boolean changesFinishedGradients() {
    return !network.getListeners().isEmpty()
        || network.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT;
  }
}
