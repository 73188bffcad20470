package dev.lockstep.driver.bench.step;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks whose step is measured. */
final class StepNetworks {
  static final int CLASSES = 10;
  static final int PIXELS = 784;
  static final int SEQUENCE = 20;
  static final int SEQUENCE_FEATURES = 32;
  static final int IMAGE = 16;
  static final int CHANNELS = 3;

  private static final int FILTERS = 32;

  private StepNetworks() {}

  /** 784-512-256-10. */
  static MultiLayerConfiguration mlp(IUpdater updater) {
    return base(updater)
        .activation(Activation.RELU)
        .list()
        .layer(new DenseLayer.Builder().nIn(PIXELS).nOut(512).build())
        .layer(new DenseLayer.Builder().nIn(512).nOut(256).build())
        .layer(output().nIn(256).build())
        .build();
  }

  /** Two convolutions of 5 x 5 with 20 and 50 filters, pooled by 2, and a dense layer of 500. */
  static MultiLayerConfiguration lenet(IUpdater updater) {
    return base(updater)
        .list()
        .layer(new ConvolutionLayer.Builder(5, 5).nOut(20).activation(Activation.IDENTITY).build())
        .layer(pooling())
        .layer(new ConvolutionLayer.Builder(5, 5).nOut(50).activation(Activation.IDENTITY).build())
        .layer(pooling())
        .layer(new DenseLayer.Builder().nOut(500).activation(Activation.RELU).build())
        .layer(output().build())
        .setInputType(InputType.convolutionalFlat(28, 28, 1))
        .build();
  }

  /** Sequences of 20 steps through two layers of LSTM, 64 units each. */
  static ComputationGraphConfiguration lstm(IUpdater updater) {
    return base(updater)
        .graphBuilder()
        .addInputs("input")
        .addLayer("first", new LSTM.Builder().nOut(64).build(), "input")
        .addLayer("second", new LSTM.Builder().nOut(64).build(), "first")
        .addVertex("last", new LastTimeStepVertex("input"), "second")
        .addLayer("output", output().build(), "last")
        .setOutputs("output")
        .setInputTypes(InputType.recurrent(SEQUENCE_FEATURES, SEQUENCE))
        .build();
  }

  /** Images of 16 x 16 in three colours through three blocks of two convolutions each. */
  static ComputationGraphConfiguration residual(IUpdater updater) {
    GraphBuilder graph = base(updater).graphBuilder().addInputs("input");
    String before = normalised(graph, "stem", "input");
    for (int block = 1; block <= 3; block++) {
      String first = normalised(graph, "block" + block + "a", before);
      String second = normalised(graph, "block" + block + "b", first);
      graph.addVertex(
          "sum" + block, new ElementWiseVertex(ElementWiseVertex.Op.Add), before, second);
      before = "sum" + block;
    }
    return graph
        .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), before)
        .addLayer("output", output().build(), "pool")
        .setOutputs("output")
        .setInputTypes(InputType.convolutional(IMAGE, IMAGE, CHANNELS))
        .build();
  }

  /** A convolution of 3 x 3, batch normalisation and ReLU; the name of the last. */
  private static String normalised(GraphBuilder graph, String name, String before) {
    graph
        .addLayer(
            name + "-conv",
            new ConvolutionLayer.Builder(3, 3)
                .nOut(FILTERS)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .build(),
            before)
        .addLayer(name + "-norm", new BatchNormalization.Builder().build(), name + "-conv")
        .addLayer(
            name,
            new ActivationLayer.Builder().activation(Activation.RELU).build(),
            name + "-norm");
    return name;
  }

  private static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(42).updater(updater);
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(CLASSES);
  }
}
