package dev.lockstep.worker.model;

import dev.lockstep.common.config.GradientClipping;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** Builds a network from the layers of a job file. */
final class LayerStack {
  private LayerStack() {}

  static MultiLayerConfiguration build(
      ModelConfig.Layers model, TrainingConfig training, DataSchema schema) {
    List<Layer> layers =
        new LayerFactory(model, schema.label(), LabelFit.units(schema.label())).layers();
    new LayerShapes("model.layers", layers, Map.of()).output(schema.input());
    try {
      return globalSettings(training)
          .list(layers.toArray(Layer[]::new))
          .setInputType(LayerShapes.inputType(schema.input()))
          .build();
    } catch (DL4JException | IllegalStateException | IllegalArgumentException e) {
      throw new LockstepException(
          FailureKind.CONFIG, "Cannot build 'model': %s".formatted(LayerShape.firstLine(e)), e);
    }
  }

  private static NeuralNetConfiguration.Builder globalSettings(TrainingConfig training) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(NetworkBuilder.seed(training))
            .dataType(DataType.FLOAT)
            .optimizationAlgo(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT)
            .activation(Activation.IDENTITY)
            .updater(Updaters.of(training.optimizer()))
            .miniBatch(training.lossReduction() == TrainingConfig.LossReduction.MEAN);
    clip(builder, training.gradientClipping());
    return builder;
  }

  private static void clip(NeuralNetConfiguration.Builder builder, GradientClipping clipping) {
    if (clipping instanceof GradientClipping.ByValue value) {
      builder
          .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
          .gradientNormalizationThreshold(value.limit());
    } else if (clipping instanceof GradientClipping.ByNorm norm) {
      builder
          .gradientNormalization(GradientNormalization.ClipL2PerLayer)
          .gradientNormalizationThreshold(norm.limit());
    }
  }
}
