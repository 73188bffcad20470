package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.worker.network.GraphConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A document that holds a ComputationGraphConfiguration. */
final class GraphDocument {
  private final ModelConfig.Dl4j document;
  private final DocumentChecks checks;
  private final ComputationGraphConfiguration configuration;

  GraphDocument(ModelConfig.Dl4j document, DocumentChecks checks) {
    this.document = document;
    this.checks = checks;
    this.configuration =
        checks.parse(
            "ComputationGraphConfiguration",
            () -> ComputationGraphConfiguration.fromJson(document.json()));
  }

  GraphConfiguration fitted(long seed, DataSchema schema) {
    checkParts();
    checkVertices();
    checkOutputs();
    List<String> order = order();
    Map<String, InputType> types = new GraphShapes(configuration).types(order, inputTypes(schema));
    for (String output : configuration.getNetworkOutputs()) {
      LabelFit.check(
          "the output '%s'".formatted(output),
          types.get(output).arrayElementsPerExample(),
          schema.label());
    }
    configuration.getDefaultConfiguration().setSeed(seed);
    layers().values().forEach(layer -> layer.getLayerConf().setSeed(seed));
    configuration.setIterationCount(0);
    configuration.setEpochCount(0);
    return new GraphConfiguration(configuration);
  }

  /** What a document of somebody else may lack, and DL4J takes for granted. */
  private void checkParts() {
    checks.require(
        configuration.getNetworkInputs() != null && configuration.getNetworkOutputs() != null,
        "it names no 'networkInputs' or no 'networkOutputs'");
    checks.require(
        configuration.getDefaultConfiguration() != null, "it has no 'defaultConfiguration'");
    checks.require(
        configuration.getVertices().values().stream().noneMatch(Objects::isNull),
        "a vertex of it is empty");
    requireOnce("networkInputs", configuration.getNetworkInputs());
    requireOnce("networkOutputs", configuration.getNetworkOutputs());
    checks.network(configuration.getBackpropType(), configuration.getDataType());
    try {
      configuration.validate();
    } catch (RuntimeException e) {
      throw checks.refused(
          "it is not a graph (%s)"
              .formatted(LayerShape.firstLine(e).replaceFirst("^Invalid configuration: ", "")),
          e);
    }
  }

  private void requireOnce(String list, List<String> names) {
    checks.require(
        new HashSet<>(names).size() == names.size(),
        "it names one of its '%s' twice".formatted(list));
  }

  private void checkVertices() {
    boolean miniBatch = configuration.getDefaultConfiguration().isMiniBatch();
    checks.settings(configuration.getDefaultConfiguration(), miniBatch);
    configuration.getVertices().forEach(this::checkVertex);
    layers()
        .forEach(
            (name, vertex) -> {
              checks.require(
                  vertex.getLayerConf() != null && vertex.getLayerConf().getLayer() != null,
                  "its vertex '%s' has no layer".formatted(name));
              checks.settings(vertex.getLayerConf(), miniBatch);
              checks.layer(name, vertex.getLayerConf().getLayer());
            });
  }

  private void checkVertex(String name, GraphVertex vertex) {
    String kind = vertex.getClass().getSimpleName();
    checks.require(
        GraphShapes.KINDS.contains(vertex.getClass()),
        "its vertex '%s' is a %s, which cannot be trained here (take one of %s)"
            .formatted(name, kind, GraphShapes.kinds()));
    int inputs = configuration.getVertexInputs().getOrDefault(name, List.of()).size();
    checks.require(
        inputs >= vertex.minVertexInputs() && inputs <= vertex.maxVertexInputs(),
        "its vertex '%s' (%s) has %d inputs".formatted(name, kind, inputs));
  }

  /** Outputs have a loss, all that have a loss are outputs, and nothing comes after them. */
  private void checkOutputs() {
    List<String> outputs = configuration.getNetworkOutputs();
    for (String output : outputs) {
      GraphVertex vertex = configuration.getVertices().get(output);
      Object last = vertex instanceof LayerVertex layer ? layerOf(layer) : vertex;
      checks.require(
          last.getClass() == OutputLayer.class,
          "its output '%s' is a %s but must be an OutputLayer"
              .formatted(output, last.getClass().getSimpleName()));
      configuration
          .getVertexInputs()
          .forEach(
              (name, inputs) ->
                  checks.require(
                      !inputs.contains(output),
                      "its output '%s' goes on into '%s'".formatted(output, name)));
    }
    layers()
        .forEach(
            (name, vertex) ->
                checks.require(
                    outputs.contains(name) || !(layerOf(vertex) instanceof BaseOutputLayer),
                    "its vertex '%s' (%s) has a loss but is not among 'networkOutputs'"
                        .formatted(name, layerOf(vertex).getClass().getSimpleName())));
  }

  /**
   * Vertices in the order in which they are computed, which is that of the flat vector; the order
   * that a document brings is not relied on.
   */
  private List<String> order() {
    configuration.setTopologicalOrder(null);
    configuration.setTopologicalOrderStr(null);
    try {
      new ComputationGraph(configuration).topologicalSortOrder();
    } catch (RuntimeException e) {
      throw checks.refused(
          "it is not a graph (%s)"
              .formatted(LayerShape.firstLine(e).replaceFirst("^Invalid configuration: ", "")),
          e);
    }
    return configuration.getTopologicalOrderStr();
  }

  private List<InputType> inputTypes(DataSchema schema) {
    InputElements inputs = InputElements.of(document, schema, configuration.getNetworkInputs());
    InputType whole = LayerShapes.inputType(schema.input());
    List<InputType> types = new ArrayList<>();
    for (List<Integer> elements : inputs.ofInputs()) {
      types.add(
          schema.input() instanceof InputShape.Image
              ? whole
              : InputType.feedForward(elements.size()));
    }
    return types;
  }

  private Map<String, LayerVertex> layers() {
    Map<String, LayerVertex> layers = new HashMap<>();
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layer) {
                layers.put(name, layer);
              }
            });
    return layers;
  }

  private static Layer layerOf(LayerVertex vertex) {
    return vertex.getLayerConf().getLayer();
  }
}
