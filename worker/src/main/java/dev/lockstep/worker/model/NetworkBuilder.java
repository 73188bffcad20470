package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DataSchema;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Turns the model of a job into a configuration of DL4J that fits the data. */
public final class NetworkBuilder {
  private NetworkBuilder() {}

  /**
   * The network that a job trains. It takes one sample as a flat vector of {@code
   * schema.input().size()} elements, images too, and has one output unit for each class, or one for
   * a value.
   *
   * <p>A DL4J document brings its own optimizer, penalties, clipping and loss reduction ({@code
   * miniBatch}); of the training section the seed applies to it, in place of its own, and its
   * counters start at 0. A document with a single output unit may say which of two classes it is.
   *
   * <p>As DL4J's builders do, this seeds ND4J's random generator.
   *
   * @throws dev.lockstep.common.failure.LockstepException of kind CONFIG, where the model does not
   *     fit the data
   */
  public static MultiLayerConfiguration build(
      ModelConfig model, TrainingConfig training, DataSchema schema) {
    return model instanceof ModelConfig.Layers layers
        ? LayerStack.build(layers, training, schema)
        : Dl4jDocument.build((ModelConfig.Dl4j) model, training.seed(), schema);
  }

  /** The number of parameters that a network of this configuration has. */
  public static long parameters(MultiLayerConfiguration configuration) {
    return configuration.getConfs().stream()
        .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
        .sum();
  }

  /**
   * A copy that DL4J opens without Lockstep on the class path: losses of Lockstep's own are
   * replaced by DL4J's nearest. Predictions are the same; training on would not be.
   */
  public static MultiLayerConfiguration portable(MultiLayerConfiguration configuration) {
    MultiLayerConfiguration copy = configuration.clone();
    for (NeuralNetConfiguration layer : copy.getConfs()) {
      if (layer.getLayer() instanceof BaseOutputLayer output) {
        ILossFunction loss = output.getLossFn();
        output.setLossFn(loss instanceof PortableLoss own ? own.portable() : loss);
      }
    }
    return copy;
  }
}
