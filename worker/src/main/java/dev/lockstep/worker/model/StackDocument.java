package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.worker.network.StackConfiguration;
import java.util.List;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.shade.jackson.databind.JsonNode;

/** A document that holds a MultiLayerConfiguration. */
final class StackDocument {
  private final DocumentChecks checks;
  private final MultiLayerConfiguration configuration;
  private final List<Layer> layers;

  StackDocument(ModelConfig.Dl4j document, DocumentChecks checks, JsonNode root) {
    this.checks = checks;
    checks.require(
        root.path("confs").isArray() && !root.path("confs").isEmpty(),
        "it is not a MultiLayerConfiguration of DL4J (no layer in 'confs')");
    this.configuration =
        checks.parse(
            "MultiLayerConfiguration", () -> MultiLayerConfiguration.fromJson(document.json()));
    this.layers = configuration.getConfs().stream().map(NeuralNetConfiguration::getLayer).toList();
  }

  StackConfiguration fitted(long seed, DataSchema schema) {
    boolean miniBatch = configuration.getConf(0).isMiniBatch();
    configuration.getConfs().forEach(layer -> checks.settings(layer, miniBatch));
    checks.network(configuration.getBackpropType(), configuration.getDataType());
    layers.forEach(layer -> checks.layer(layer.getLayerName(), layer));
    Layer last = layers.get(layers.size() - 1);
    checks.require(
        last.getClass() == OutputLayer.class,
        "its last layer is a %s but must be an OutputLayer"
            .formatted(last.getClass().getSimpleName()));
    takeFlatInput(LayerShapes.inputType(schema.input()));
    InputType output =
        new LayerShapes("model.dl4j", layers, configuration.getInputPreProcessors())
            .output(schema.input());
    LabelFit.check("the output layer", output.arrayElementsPerExample(), schema.label());
    configuration.getConfs().forEach(layer -> layer.setSeed(seed));
    configuration.setIterationCount(0);
    configuration.setEpochCount(0);
    return new StackConfiguration(configuration);
  }

  /** Images arrive flat, whatever shape the document was built for. */
  private void takeFlatInput(InputType input) {
    InputPreProcessor usual = layers.get(0).getPreProcessorForInputType(input);
    if (usual != null) {
      configuration.getInputPreProcessors().putIfAbsent(0, usual);
    }
  }
}
