package dev.lockstep.worker.model;

import dev.lockstep.common.config.Activation;
import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.Compute;
import dev.lockstep.common.config.GlobalBatchSize;
import dev.lockstep.common.config.GradientClipping;
import dev.lockstep.common.config.Initialiser;
import dev.lockstep.common.config.LayerSpec;
import dev.lockstep.common.config.Loss;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.OnDivergence;
import dev.lockstep.common.config.Optimizer;
import dev.lockstep.common.config.Regularisation;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.network.StackConfiguration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Jobs and schemas in few words, for tests of the network builder. */
final class ModelFixtures {
  static final InputShape MNIST = new InputShape.Image(1, 28, 28);

  private ModelFixtures() {}

  static DataSchema classes(InputShape input, int classes) {
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return schema(input, new LabelSchema.Classes("digit", names));
  }

  static DataSchema value(InputShape input) {
    return schema(input, new LabelSchema.Value("price", 0, 1));
  }

  static ModelConfig.Layers model(LayerSpec... layers) {
    return new ModelConfig.Layers(List.of(layers), Initialiser.XAVIER, Regularisation.NONE);
  }

  static ModelConfig.Layers model(Regularisation regularisation, LayerSpec... layers) {
    return new ModelConfig.Layers(List.of(layers), Initialiser.XAVIER, regularisation);
  }

  static LayerSpec.Dense dense(int units) {
    return dense(units, Activation.RELU);
  }

  static LayerSpec.Dense dense(int units, Activation activation) {
    return new LayerSpec.Dense(units, activation, true, Optional.empty(), Optional.empty());
  }

  static LayerSpec.Convolution convolution(int filters, int kernel) {
    return new LayerSpec.Convolution(
        filters,
        new LayerSpec.Size(kernel, kernel),
        new LayerSpec.Size(1, 1),
        LayerSpec.Padding.VALID,
        Activation.RELU,
        true,
        Optional.empty(),
        Optional.empty());
  }

  static LayerSpec.Subsampling pooling(LayerSpec.Pooling pooling, int kernel) {
    LayerSpec.Size size = new LayerSpec.Size(kernel, kernel);
    return new LayerSpec.Subsampling(pooling, size, size, LayerSpec.Padding.VALID);
  }

  static LayerSpec.Output softmax() {
    return output(Activation.SOFTMAX, Loss.CROSS_ENTROPY);
  }

  static LayerSpec.Output output(Activation activation, Loss loss) {
    return new LayerSpec.Output(activation, loss, true, Optional.empty(), Optional.empty());
  }

  static TrainingConfig training() {
    return training(new Optimizer.Sgd(0.01), new GradientClipping.None());
  }

  static TrainingConfig training(Optimizer optimizer, GradientClipping clipping) {
    return training(optimizer, clipping, TrainingConfig.LossReduction.MEAN);
  }

  static TrainingConfig training(
      Optimizer optimizer, GradientClipping clipping, TrainingConfig.LossReduction reduction) {
    return new TrainingConfig(
        1,
        GlobalBatchSize.of(8),
        8,
        42,
        TrainingConfig.Order.SHUFFLED,
        optimizer,
        new Combine.GradientSharing(),
        reduction,
        clipping,
        new OnDivergence.Stop(),
        Compute.AUTO,
        Optional.empty());
  }

  static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration.toJson()));
    network.init();
    return network;
  }

  /** DL4J's network of a stack that was built for a job. */
  static MultiLayerNetwork network(NetworkConfiguration configuration) {
    return network(stack(configuration));
  }

  /** DL4J's configuration of a stack that was built for a job. */
  static MultiLayerConfiguration stack(NetworkConfiguration configuration) {
    return ((StackConfiguration) configuration).dl4j();
  }

  /** DL4J's configuration of the stack that a job trains. */
  static MultiLayerConfiguration stackOf(
      ModelConfig model, TrainingConfig training, DataSchema schema) {
    return stack(NetworkBuilder.build(model, training, schema));
  }

  private static DataSchema schema(InputShape input, LabelSchema label) {
    return new DataSchema(ElementType.FLOAT32, input, List.of(), label, ElementScaling.NONE);
  }
}
