package dev.lockstep.worker.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The pass of DL4J itself, by whatever layers the network has. */
final class StockPass implements GradientPass {
  private final Dl4jNetwork network;
  private final LayerHooks hooks;

  /**
   * @param hooks into the layers of the network
   */
  StockPass(Dl4jNetwork network, LayerHooks hooks) {
    this.network = network;
    this.hooks = hooks;
  }

  @Override
  public double run(INDArray[] inputs, INDArray[] targets) {
    network.computeGradient(inputs, targets);
    double score = network.model().score();
    return network.model().conf().isMiniBatch() ? score * targets[0].size(0) : score;
  }

  @Override
  public double run(INDArray[] inputs, INDArray[] targets, GradientListener listener) {
    return hooks.during(() -> run(inputs, targets), listener);
  }

  @Override
  public void clear() {
    network.clearLayersStates();
  }
}
