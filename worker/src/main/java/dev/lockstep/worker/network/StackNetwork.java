package dev.lockstep.worker.network;

import dev.lockstep.worker.network.LayerSlot.Feed;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A stack of layers.
 *
 * @param dl4j an initialised network whose last layer has a loss
 * @param givenState what trainers take for the optimizer's state in place of a fresh one
 * @param givenGradient where their gradient lies in place of memory of its own
 */
public record StackNetwork(
    MultiLayerNetwork dl4j, Optional<INDArray> givenState, Optional<INDArray> givenGradient)
    implements Network {
  /** A gradient can be given to a network that has none. */
  public StackNetwork {
    if (givenGradient.isPresent() && dl4j.getFlattenedGradients() != null) {
      throw new IllegalArgumentException("Invalid network: it has a gradient of its own");
    }
  }

  /** A network whose trainers begin with a fresh state. */
  public StackNetwork(MultiLayerNetwork dl4j) {
    this(dl4j, Optional.empty(), Optional.empty());
  }

  @Override
  public NetworkConfiguration configuration() {
    return new StackConfiguration(dl4j.getLayerWiseConfigurations());
  }

  @Override
  public List<String> inputs() {
    return List.of("input");
  }

  @Override
  public List<Integer> outputUnits() {
    return List.of(Math.toIntExact(dl4j.layerSize(last())));
  }

  @Override
  public INDArray parameters() {
    return dl4j.params();
  }

  @Override
  public Optional<INDArray> updaterState() {
    return Optional.ofNullable(dl4j.getUpdater().getStateViewArray());
  }

  @Override
  public void setUpdaterState(INDArray state) {
    dl4j.getUpdater().setStateViewArray(null, state, false);
  }

  @Override
  public INDArray output(INDArray... inputs) {
    return dl4j.output(inputs[0], false);
  }

  @Override
  public Scored score(INDArray[] inputs, INDArray targets) {
    OutputPass output =
        new OutputPass(
            (IOutputLayer) dl4j.getOutputLayer(),
            dl4j.getLayerWiseConfigurations().getInputPreProcess(last()));
    // The output layer may write into its input where it is told so: features stay the caller's.
    INDArray before =
        last() == 0 ? inputs[0].dup() : dl4j.feedForwardToLayer(last() - 1, inputs[0]).get(last());
    Scored scored = output.run(before, targets);
    dl4j.clearLayersStates();
    return scored;
  }

  @Override
  public void makeGradient() {
    if (dl4j.getFlattenedGradients() == null) {
      dl4j.initGradientsView();
      givenGradient.ifPresent(this::moveGradient);
    }
  }

  private void moveGradient(INDArray given) {
    INDArray gradient = dl4j.getFlattenedGradients();
    gradient.setData(given.data());
    dl4j.setBackpropGradientsViewArray(gradient);
  }

  @Override
  public NetworkTrainer trainer(Updating updating) {
    makeGradient();
    return NetworkTrainer.ofStockPass(new Dl4jStack(dl4j, givenState), slots(), updating);
  }

  /** As {@link #trainer(Updating)}, with another way to compute gradients. */
  public NetworkTrainer trainer(Updating updating, GradientPass pass) {
    makeGradient();
    return NetworkTrainer.ofPass(new Dl4jStack(dl4j, givenState), pass, updating);
  }

  @Override
  public List<LayerSlot> slots() {
    return IntStream.range(0, dl4j.getnLayers()).mapToObj(this::slot).toList();
  }

  private LayerSlot slot(int place) {
    return new LayerSlot(
        String.valueOf(place),
        feed(place),
        () -> dl4j.getLayers()[place],
        layer -> dl4j.getLayers()[place] = layer);
  }

  private Feed feed(int place) {
    if (place > 0) {
      return Feed.LAYER;
    }
    return dl4j.getLayerWiseConfigurations().getInputPreProcess(0) == null
        ? Feed.FEATURES
        : Feed.PREPROCESSED_FEATURES;
  }

  private int last() {
    return dl4j.getnLayers() - 1;
  }
}
