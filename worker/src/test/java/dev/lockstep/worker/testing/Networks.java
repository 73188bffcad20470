package dev.lockstep.worker.testing;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks for three classes, in each kind that matters to the promise. */
public enum Networks {
  MLP,
  MLP_WITH_DROPOUT,
  MLP_WITH_BATCH_NORM,
  LENET,
  LENET_WITH_DROPOUT,
  LENET_WITH_BATCH_NORM;

  /** Whether the input is an image of 8 by 8 pixels rather than a vector of 12 elements. */
  public boolean takesImages() {
    return name().startsWith("LENET");
  }

  /** Whether a step's result depends on how the global batch is cut into microbatches. */
  public boolean dependsOnMicrobatches() {
    return name().endsWith("_WITH_DROPOUT") || name().endsWith("_WITH_BATCH_NORM");
  }

  /** Whether it has no layer that is computed by oneDNN. */
  public boolean hasTheBitsOfDl4jOnEveryPath() {
    return this == MLP || this == MLP_WITH_DROPOUT;
  }

  /** The network with an optimizer by name: sgd, momentum or adam. */
  public MultiLayerConfiguration with(String optimizer) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .updater(updater(optimizer))
            .weightInit(WeightInit.XAVIER)
            .list();
    layers().forEach(list::layer);
    return list.setInputType(input()).build();
  }

  private InputType input() {
    return takesImages() ? InputType.convolutionalFlat(8, 8, 1) : InputType.feedForward(12);
  }

  private List<Layer> layers() {
    return switch (this) {
      case MLP -> List.of(dense(), dense(), output());
      case MLP_WITH_DROPOUT -> List.of(dense(), new DropoutLayer(0.5), dense(), output());
      case MLP_WITH_BATCH_NORM ->
          List.of(dense(), new BatchNormalization.Builder().build(), dense(), output());
      case LENET -> List.of(convolution(3), pooling(), convolution(4), dense(), output());
      case LENET_WITH_DROPOUT ->
          List.of(convolution(3), pooling(), dense(), new DropoutLayer(0.5), output());
      case LENET_WITH_BATCH_NORM ->
          List.of(
              convolution(3),
              new BatchNormalization.Builder().build(),
              pooling(),
              dense(),
              output());
    };
  }

  private static IUpdater updater(String name) {
    return switch (name) {
      case "sgd" -> new Sgd(0.05);
      case "momentum" -> new Nesterovs(0.02, 0.9);
      case "adam" -> new Adam(0.01);
      default -> throw new IllegalArgumentException("Invalid optimizer: " + name);
    };
  }

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(16).activation(Activation.RELU).build();
  }

  private static Layer convolution(int filters) {
    return new ConvolutionLayer.Builder(3, 3).nOut(filters).activation(Activation.RELU).build();
  }

  private static Layer pooling() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  private static Layer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
