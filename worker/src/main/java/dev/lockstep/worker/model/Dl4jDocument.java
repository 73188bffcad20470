package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/** Reads a network from DL4J's own JSON and refuses what cannot be trained here. */
final class Dl4jDocument {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final ModelConfig.Dl4j document;
  private final MultiLayerConfiguration configuration;
  private final List<Layer> layers;

  private Dl4jDocument(ModelConfig.Dl4j document) {
    this.document = document;
    Dl4jClassNames.check(document.json(), this::refused);
    requireStack();
    this.configuration = parse();
    this.layers = configuration.getConfs().stream().map(NeuralNetConfiguration::getLayer).toList();
  }

  /**
   * @param seed of the initial weights, in place of the document's own
   */
  static MultiLayerConfiguration build(ModelConfig.Dl4j document, long seed, DataSchema schema) {
    return new Dl4jDocument(document).fitted(seed, schema);
  }

  private MultiLayerConfiguration fitted(long seed, DataSchema schema) {
    configuration.getConfs().forEach(this::checkSettings);
    require(configuration.getBackpropType() == BackpropType.Standard, "it truncates sequences");
    require(
        configuration.getDataType() == DataType.FLOAT,
        "its data type is %s but must be FLOAT".formatted(configuration.getDataType()));
    layers.forEach(this::checkLayer);
    Layer last = layers.get(layers.size() - 1);
    require(
        last.getClass() == OutputLayer.class,
        "its last layer is a %s but must be an OutputLayer"
            .formatted(last.getClass().getSimpleName()));
    takeFlatInput(LayerShapes.inputType(schema.input()));
    InputType output =
        new LayerShapes("model.dl4j", layers, configuration.getInputPreProcessors())
            .output(schema.input());
    LabelFit.check(output.arrayElementsPerExample(), schema.label());
    configuration.getConfs().forEach(layer -> layer.setSeed(seed));
    configuration.setIterationCount(0);
    configuration.setEpochCount(0);
    return configuration;
  }

  /** Images arrive flat, whatever shape the document was built for. */
  private void takeFlatInput(InputType input) {
    InputPreProcessor usual = layers.get(0).getPreProcessorForInputType(input);
    if (usual != null) {
      configuration.getInputPreProcessors().putIfAbsent(0, usual);
    }
  }

  private void checkSettings(NeuralNetConfiguration layer) {
    require(
        layer.getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT,
        "its optimization algorithm is %s but must be STOCHASTIC_GRADIENT_DESCENT"
            .formatted(layer.getOptimizationAlgo()));
    require(
        layer.isMiniBatch() == configuration.getConf(0).isMiniBatch(),
        "its layers disagree on 'miniBatch'");
  }

  private void checkLayer(Layer layer) {
    require(
        !(layer instanceof BaseRecurrentLayer
            || layer instanceof Bidirectional
            || layer instanceof BaseWrapperLayer),
        "its layer '%s' (%s) is for sequences, but a sample is one vector or one image"
            .formatted(layer.getLayerName(), layer.getClass().getSimpleName()));
  }

  /** DL4J's own message about another kind of document would lead nowhere. */
  private void requireStack() {
    JsonNode root = tree();
    require(
        !root.has("vertices"),
        "it is a ComputationGraphConfiguration, not a MultiLayerConfiguration");
    require(
        root.path("confs").isArray() && !root.path("confs").isEmpty(),
        "it is not a MultiLayerConfiguration of DL4J (no 'confs')");
  }

  private JsonNode tree() {
    try {
      return MAPPER.readTree(document.json());
    } catch (JsonProcessingException e) {
      throw refused("it is not JSON (" + e.getOriginalMessage() + ")", e);
    }
  }

  private MultiLayerConfiguration parse() {
    try {
      return MultiLayerConfiguration.fromJson(document.json());
    } catch (RuntimeException e) {
      throw refused(
          "it is not a MultiLayerConfiguration of DL4J (%s)".formatted(LayerShapes.firstLine(e)),
          e);
    }
  }

  private void require(boolean condition, String otherwise) {
    if (!condition) {
      throw refused(otherwise, null);
    }
  }

  private LockstepException refused(String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.CONFIG,
        "Cannot use 'model.dl4j' (%s): %s".formatted(document.path(), reason),
        cause);
  }
}
