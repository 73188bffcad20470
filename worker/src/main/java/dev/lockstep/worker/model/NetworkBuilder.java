package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.network.StackConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Turns the model of a job into a configuration of DL4J that fits the data. */
public final class NetworkBuilder {
  private NetworkBuilder() {}

  /**
   * The network that a job trains. Each input takes a sample, or the elements of it that {@code
   * model.inputs} says, as a flat vector, images too; each output has one unit for each class, or
   * one for a value.
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
  public static NetworkConfiguration build(
      ModelConfig model, TrainingConfig training, DataSchema schema) {
    return model instanceof ModelConfig.Layers layers
        ? new StackConfiguration(LayerStack.build(layers, training, schema))
        : Dl4jDocument.build((ModelConfig.Dl4j) model, seed(training), schema);
  }

  /**
   * The seed of the initial weights: the job's, or for 0 another fixed one, since ND4J takes a seed
   * of 0 for the time of day.
   */
  static long seed(TrainingConfig training) {
    return training.seed() == 0 ? Long.MIN_VALUE : training.seed();
  }

  /**
   * A copy that DL4J opens without Lockstep on the class path: losses of Lockstep's own are
   * replaced by DL4J's nearest. Predictions are the same; training on would not be. A graph has
   * none of them, since it comes from a document of DL4J.
   */
  public static NetworkConfiguration portable(NetworkConfiguration configuration) {
    return configuration instanceof StackConfiguration stack
        ? new StackConfiguration(portable(stack.dl4j()))
        : configuration;
  }

  private static MultiLayerConfiguration portable(MultiLayerConfiguration configuration) {
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
