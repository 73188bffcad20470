package dev.lockstep.worker.network;

import dev.lockstep.worker.network.LayerSlot.Feed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A graph of layers and other vertices.
 *
 * @param dl4j an initialised network whose outputs are layers with a loss
 * @param givenState what trainers take for the optimizer's state in place of a fresh one
 * @param givenGradient where their gradient lies in place of memory of its own
 */
public record GraphNetwork(
    ComputationGraph dl4j, Optional<INDArray> givenState, Optional<INDArray> givenGradient)
    implements Network {
  /** A gradient can be given to a network that has none. */
  public GraphNetwork {
    if (givenGradient.isPresent() && dl4j.getFlattenedGradients() != null) {
      throw new IllegalArgumentException("Invalid network: it has a gradient of its own");
    }
  }

  /** A network whose trainers begin with a fresh state. */
  public GraphNetwork(ComputationGraph dl4j) {
    this(dl4j, Optional.empty(), Optional.empty());
  }

  @Override
  public NetworkConfiguration configuration() {
    return new GraphConfiguration(dl4j.getConfiguration());
  }

  @Override
  public List<String> inputs() {
    return List.copyOf(dl4j.getConfiguration().getNetworkInputs());
  }

  @Override
  public List<Integer> outputUnits() {
    return dl4j.getConfiguration().getNetworkOutputs().stream()
        .map(output -> Math.toIntExact(dl4j.layerSize(output)))
        .toList();
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
    dl4j.getUpdater().setStateViewArray(state);
  }

  @Override
  public INDArray output(INDArray... inputs) {
    dl4j.clear(); // preprocessors ask the labels of the last training step for the batch size
    return dl4j.output(false, inputs)[0];
  }

  @Override
  public Scored score(INDArray[] inputs, INDArray targets) {
    String name = dl4j.getConfiguration().getNetworkOutputs().get(0);
    LayerVertex vertex = (LayerVertex) dl4j.getVertex(name);
    Scored scored =
        new OutputPass((IOutputLayer) vertex.getLayer(), vertex.getLayerPreProcessor())
            .run(inputOf(name, inputs), targets);
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

  /** The graph's own method for this leaves out vertices that have parameters but no layer. */
  private void moveGradient(INDArray given) {
    INDArray gradient = dl4j.getFlattenedGradients();
    gradient.setData(given.data());
    INDArray flat = gradient.reshape(gradient.length());
    long start = 0;
    for (int place : dl4j.topologicalSortOrder()) {
      GraphVertex vertex = dl4j.getVertices()[place];
      long end = start + vertex.numParams();
      if (start < end) {
        vertex.setBackpropGradientsViewArray(flat.get(NDArrayIndex.interval(start, end)));
      }
      start = end;
    }
  }

  @Override
  public NetworkTrainer trainer(Updating updating) {
    makeGradient();
    return NetworkTrainer.ofStockPass(new Dl4jGraph(dl4j, givenState), slots(), updating);
  }

  @Override
  public List<LayerSlot> slots() {
    return Arrays.stream(dl4j.getVertices())
        .filter(LayerVertex.class::isInstance)
        .map(LayerVertex.class::cast)
        .map(this::slot)
        .toList();
  }

  private LayerSlot slot(LayerVertex vertex) {
    return new LayerSlot(
        vertex.getVertexName(), feed(vertex), vertex::getLayer, layer -> put(vertex, layer));
  }

  /** The graph has its layers twice: at their vertices, and in a list. */
  private void put(LayerVertex vertex, Layer layer) {
    Layer[] layers = dl4j.getLayers();
    for (int i = 0; i < layers.length; i++) {
      if (layers[i] == vertex.getLayer()) {
        layers[i] = layer;
      }
    }
    vertex.setLayer(layer);
  }

  private Feed feed(LayerVertex vertex) {
    String before = dl4j.getConfiguration().getVertexInputs().get(vertex.getVertexName()).get(0);
    if (!dl4j.getConfiguration().getNetworkInputs().contains(before)) {
      return Feed.LAYER;
    }
    boolean alone = vertex.getLayerPreProcessor() == null && consumers(before) == 1;
    return alone ? Feed.FEATURES : Feed.PREPROCESSED_FEATURES;
  }

  /** What several vertices take in, the graph adds up the gradients of. */
  private long consumers(String input) {
    return dl4j.getConfiguration().getVertexInputs().values().stream()
        .filter(inputs -> inputs.contains(input))
        .count();
  }

  private INDArray inputOf(String output, INDArray[] inputs) {
    String before = dl4j.getConfiguration().getVertexInputs().get(output).get(0);
    int input = inputs().indexOf(before);
    if (input >= 0) {
      // The output layer may write into its input where it is told so: features stay the caller's.
      return inputs[input].dup();
    }
    dl4j.clear();
    dl4j.setInputs(inputs);
    Map<String, INDArray> activations = dl4j.feedForward(false, true, true);
    return activations.get(before);
  }
}
