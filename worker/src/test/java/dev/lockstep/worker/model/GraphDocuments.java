package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.Documents.output;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.worker.network.GraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** Graphs of Deeplearning4j as models of jobs. */
final class GraphDocuments {
  private GraphDocuments() {}

  static GraphConfiguration build(ComputationGraphConfiguration original, DataSchema schema) {
    return build(original.toJson(), schema);
  }

  static GraphConfiguration build(String json, DataSchema schema) {
    return (GraphConfiguration) Documents.build(json, schema);
  }

  static void refuses(GraphBuilder graph, DataSchema schema, String message) {
    Documents.refuses(graph.build().toJson(), schema, message);
  }

  static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(0.1)).graphBuilder();
  }

  /** A graph that adds two hidden layers, for vectors. */
  static GraphBuilder residual(int units) {
    return graph()
        .addInputs("in")
        .addLayer("hidden", dense(), "in")
        .addLayer(
            "second",
            new DenseLayer.Builder().nIn(4).nOut(4).activation(Activation.RELU).build(),
            "hidden")
        .addVertex("add", new ElementWiseVertex(Op.Add), "hidden", "second")
        .addLayer("out", output(units).build(), "add")
        .setOutputs("out");
  }

  /** A graph for images. */
  static GraphBuilder convolution() {
    return graph()
        .addInputs("in")
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.RELU).build(),
            "in")
        .addLayer("out", output(2).nIn(0).build(), "conv")
        .setOutputs("out");
  }

  static DenseLayer dense() {
    return new DenseLayer.Builder().nIn(6).nOut(4).activation(Activation.RELU).build();
  }
}
