package dev.lockstep.worker.testing;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small graphs for three classes, in each kind that matters to the promise. */
public enum Graphs {
  MLP,
  RESIDUAL,
  RESIDUAL_WITH_BATCH_NORM,
  RESIDUAL_WITH_DROPOUT,
  CLIPPED,
  TWO_INPUTS,
  TWO_OUTPUTS,
  VERTICES,
  CONVOLUTIONS,
  CONVOLUTIONS_OF_TWO_INPUTS_WITH_BATCH_NORM;

  /** Whether the input is an image of 8 by 8 pixels rather than a vector of 12 elements. */
  public boolean takesImages() {
    return name().startsWith("CONVOLUTIONS");
  }

  /** Whether a step's result depends on how the global batch is cut into microbatches. */
  public boolean dependsOnMicrobatches() {
    return name().endsWith("_WITH_DROPOUT") || name().endsWith("_WITH_BATCH_NORM");
  }

  /** Elements of a sample that each input takes, in order; each takes all of an image. */
  public int[][] inputs() {
    return switch (this) {
      case TWO_INPUTS -> new int[][] {{1, 4, 5, 9}, {0, 2, 3, 6, 7, 8, 10, 11}};
      case CONVOLUTIONS_OF_TWO_INPUTS_WITH_BATCH_NORM -> new int[][] {all(64), all(64)};
      default -> new int[][] {all(takesImages() ? 64 : 12)};
    };
  }

  public int outputs() {
    return this == TWO_OUTPUTS ? 2 : 1;
  }

  /** The graph with an optimizer by name: sgd, momentum or adam. */
  public ComputationGraphConfiguration with(String optimizer) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .updater(updater(optimizer))
            .weightInit(WeightInit.XAVIER)
            .l2(1e-3);
    if (this == CLIPPED) {
      builder
          .gradientNormalization(GradientNormalization.ClipL2PerLayer)
          .gradientNormalizationThreshold(0.05);
    }
    GraphBuilder graph = builder.graphBuilder();
    addTo(graph);
    return graph.build();
  }

  private void addTo(GraphBuilder graph) {
    switch (this) {
      case MLP, CLIPPED ->
          vectors(graph)
              .addLayer("first", dense(), "in")
              .addLayer("second", dense(), "first")
              .addLayer("out", output(), "second")
              .setOutputs("out");
      case RESIDUAL ->
          vectors(graph)
              .addLayer("first", dense(), "in")
              .addLayer("second", dense(), "first")
              .addVertex("add", new ElementWiseVertex(Op.Add), "first", "second")
              .addLayer("out", output(), "add")
              .setOutputs("out");
      case RESIDUAL_WITH_BATCH_NORM -> residual(graph, new BatchNormalization.Builder().build());
      case RESIDUAL_WITH_DROPOUT ->
          residual(graph, new DenseLayer.Builder().nOut(16).dropOut(0.6).build());
      case TWO_INPUTS ->
          graph
              .addInputs("left", "right")
              .setInputTypes(InputType.feedForward(4), InputType.feedForward(8))
              .addLayer("narrow", dense(), "left")
              .addLayer("wide", dense(), "right")
              .addVertex("both", new MergeVertex(), "narrow", "wide")
              .addLayer("out", output(), "both")
              .setOutputs("out");
      case TWO_OUTPUTS ->
          vectors(graph)
              .addLayer("first", dense(), "in")
              .addLayer("helper", output(), "first")
              .addLayer("second", dense(), "first")
              .addLayer("main", output(), "second")
              .setOutputs("main", "helper");
      case VERTICES ->
          vectors(graph)
              .addVertex("front", new SubsetVertex(0, 4), "in")
              .addVertex("back", new SubsetVertex(5, 11), "in")
              .addLayer("of-front", dense(), "front")
              .addLayer("of-back", dense(), "back")
              .addVertex("most", new ElementWiseVertex(Op.Max), "of-front", "of-back")
              .addVertex("half", new ScaleVertex(0.5), "of-front")
              .addVertex("length", new L2NormalizeVertex(), "most")
              .addLayer("out", output(), "half", "length")
              .setOutputs("out");
      case CONVOLUTIONS ->
          graph
              .addInputs("in")
              .setInputTypes(InputType.convolutionalFlat(8, 8, 1))
              .addLayer("first", convolution(), "in")
              .addLayer("second", convolution(), "first")
              .addVertex("add", new ElementWiseVertex(Op.Add), "first", "second")
              .addLayer("pooled", pooling(), "add")
              .addLayer("out", output(), "pooled")
              .setOutputs("out");
      case CONVOLUTIONS_OF_TWO_INPUTS_WITH_BATCH_NORM ->
          graph
              .addInputs("left", "right")
              .setInputTypes(
                  InputType.convolutionalFlat(8, 8, 1), InputType.convolutionalFlat(8, 8, 1))
              .addLayer("one", convolution(), "left")
              .addLayer("other", convolution(), "right")
              .addVertex("both", new MergeVertex(), "one", "other")
              .addLayer("norm", new BatchNormalization.Builder().build(), "both")
              .addLayer("pooled", pooling(), "norm")
              .addLayer("out", output(), "pooled")
              .setOutputs("out");
    }
  }

  private static GraphBuilder vectors(GraphBuilder graph) {
    return graph.addInputs("in").setInputTypes(InputType.feedForward(12));
  }

  private static void residual(
      GraphBuilder graph, org.deeplearning4j.nn.conf.layers.Layer between) {
    vectors(graph)
        .addLayer("first", dense(), "in")
        .addLayer("between", between, "first")
        .addLayer("second", dense(), "between")
        .addVertex("add", new ElementWiseVertex(Op.Add), "first", "second")
        .addLayer("out", output(), "add")
        .setOutputs("out");
  }

  private static int[] all(int elements) {
    int[] all = new int[elements];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private static IUpdater updater(String name) {
    return switch (name) {
      case "sgd" -> new Sgd(0.05);
      case "momentum" -> new Nesterovs(0.02, 0.9);
      case "adam" -> new Adam(0.01);
      default -> throw new IllegalArgumentException("Invalid optimizer: " + name);
    };
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(16).activation(Activation.RELU).build();
  }

  private static ConvolutionLayer convolution() {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(3)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
