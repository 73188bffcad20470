package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The two halves of a training step, with nothing in between the very bits of DL4J's {@code fit}.
 * The gradient may be changed in place between them.
 */
public final class NetworkTrainer {
  private final Dl4jNetwork network;
  private final GradientPass pass;
  private final FlatLayout layout;
  private final FlatUpdate update;
  private final INDArray gradient;
  private final Span all;

  private NetworkTrainer(Dl4jNetwork network, Updating updating, GradientPass pass) {
    this.network = network;
    this.pass = pass;
    layout = new FlatLayout(network.trainables());
    update = new FlatUpdate(network, layout, updating);
    gradient = flatGradient(network);
    all = new Span(0, Math.toIntExact(gradient.length()));
  }

  /**
   * With DL4J's own pass.
   *
   * @param network whose gradient view exists; its updater is replaced
   * @param slots of its layers
   */
  static NetworkTrainer ofStockPass(Dl4jNetwork network, List<LayerSlot> slots, Updating updating) {
    LayerHooks hooks =
        new LayerHooks(flatGradient(network), slots, network::changesFinishedGradients);
    return new NetworkTrainer(network, updating, new StockPass(network, hooks));
  }

  /**
   * With a pass that computes gradients in place of the network.
   *
   * @param network whose gradient view exists; its updater is replaced
   */
  static NetworkTrainer ofPass(Dl4jNetwork network, GradientPass pass, Updating updating) {
    return new NetworkTrainer(network, updating, pass);
  }

  /** The flat gradient, [parameters], in the memory that the network works on. */
  public INDArray gradient() {
    return gradient;
  }

  /** What belongs to each layer with parameters, in the order of the flat vector, without gaps. */
  public List<Span> layers() {
    return layout.layers();
  }

  /**
   * The parts of the gradient that layers such as batch normalisation use to move their running
   * statistics, which are no sums over samples.
   */
  public List<Span> statistics() {
    return layout.statistics();
  }

  /**
   * Forward and backward pass; leaves the gradient, a sum over the samples.
   *
   * @param inputs an array for each input
   * @param targets an array for each output
   * @return the loss of all outputs, summed over the samples, as the optimizer sees it
   */
  public double computeGradient(INDArray[] inputs, INDArray[] targets) {
    return pass.run(inputs, targets);
  }

  /**
   * As {@link #computeGradient(INDArray[], INDArray[])}, with the same bits, and tells of each part
   * of the gradient as soon as it is complete.
   */
  public double computeGradient(INDArray[] inputs, INDArray[] targets, GradientListener listener) {
    return pass.run(inputs, targets, listener);
  }

  /**
   * By what the update divides the gradient.
   *
   * @param samples over which it was summed
   */
  public int divisor(int samples) {
    return network.model().conf().isMiniBatch() ? samples : 1;
  }

  /**
   * Applies the gradient to the parameters and counts the iteration.
   *
   * @param samples over which the gradient was summed
   */
  public void applyUpdate(int samples) {
    applyUpdate(samples, all);
  }

  /**
   * Whether {@link #applyUpdate(int, Span)} is possible: not where gradients are normalised,
   * parameters constrained or updates left to ND4J.
   */
  public boolean takesParts() {
    return update.takesParts() && !layout.constrains();
  }

  /** Applies a part of the gradient to its parameters and counts the iteration. */
  public void applyUpdate(int samples, Span part) {
    int iteration = network.iteration();
    int epoch = network.epoch();
    update.apply(samples, iteration, epoch, part);
    network.setIteration(iteration + 1);
    network.model().applyConstraints(iteration + 1, epoch);
    pass.clear();
  }

  /** The state of the optimizer that moves with the parameters of a part. */
  public List<Span> stateOf(Span part) {
    return update.stateOf(part);
  }

  /** Sets the counters that schedules depend on. */
  public void moveTo(int iteration, int epoch) {
    network.setIteration(iteration);
    network.setEpoch(epoch);
  }

  private static INDArray flatGradient(Dl4jNetwork network) {
    return network.model().getGradientsViewArray().reshape(network.model().numParams());
  }
}
