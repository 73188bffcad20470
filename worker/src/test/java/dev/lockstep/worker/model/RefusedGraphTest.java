package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.Documents.OF_CONF;
import static dev.lockstep.worker.model.Documents.VECTOR;
import static dev.lockstep.worker.model.Documents.output;
import static dev.lockstep.worker.model.Documents.refuses;
import static dev.lockstep.worker.model.GraphDocuments.build;
import static dev.lockstep.worker.model.GraphDocuments.graph;
import static dev.lockstep.worker.model.GraphDocuments.refuses;
import static dev.lockstep.worker.model.GraphDocuments.residual;
import static dev.lockstep.worker.model.ModelFixtures.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Graphs that cannot be trained here, and documents that are none, are refused with the reason. */
@Timeout(120)
class RefusedGraphTest {
  @Test
  void refusesVerticesThatMixSamples() {
    refuses(
        graph()
            .addInputs("in")
            .addVertex("stack", new StackVertex(), "in", "in")
            .addLayer("out", output(3).nIn(6).build(), "stack")
            .setOutputs("out"),
        classes(VECTOR, 3),
        OF_CONF
            + "its vertex 'stack' is a StackVertex, which cannot be trained here (take one of "
            + GraphShapes.kinds()
            + ")");
  }

  @Test
  void refusesSequences() {
    refuses(
        graph()
            .addInputs("in")
            .addLayer("lstm", new LSTM.Builder().nIn(6).nOut(4).build(), "in")
            .addLayer(
                "out",
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nIn(4)
                    .nOut(2)
                    .build(),
                "lstm")
            .setOutputs("out"),
        classes(VECTOR, 2),
        OF_CONF
            + "its layer 'lstm' (LSTM) is for sequences, but a sample is one vector or one image");
    refuses(
        residual(2).backpropType(BackpropType.TruncatedBPTT),
        classes(VECTOR, 2),
        OF_CONF + "it truncates sequences");
  }

  @Test
  void refusesOutputsWithoutALossAndLossesThatAreNoOutput() {
    refuses(
        graph()
            .addInputs("in")
            .addLayer("out", new DenseLayer.Builder().nIn(6).nOut(2).build(), "in")
            .setOutputs("out"),
        classes(VECTOR, 2),
        OF_CONF + "its output 'out' is a DenseLayer but must be an OutputLayer");
    refuses(
        graph()
            .addInputs("in")
            .addLayer("middle", output(4).nIn(6).build(), "in")
            .addLayer("out", output(2).build(), "middle")
            .setOutputs("out"),
        classes(VECTOR, 2),
        OF_CONF + "its vertex 'middle' (OutputLayer) has a loss but is not among 'networkOutputs'");
    refuses(
        graph()
            .addInputs("in")
            .addLayer("middle", output(4).nIn(6).build(), "in")
            .addLayer("out", output(2).build(), "middle")
            .setOutputs("middle", "out"),
        classes(VECTOR, 2),
        OF_CONF + "its output 'middle' goes on into 'out'");
  }

  @Test
  void refusesAnotherDataTypeThanFloat() {
    refuses(
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .addLayer("out", output(2).nIn(6).build(), "in")
            .setOutputs("out"),
        classes(VECTOR, 2),
        OF_CONF + "its data type is DOUBLE but must be FLOAT");
  }

  @Test
  void refusesWhatIsNoGraph() {
    String json = residual(2).build().toJson();
    refuses(
        json.replace("\"networkOutputs\" : [ \"out\" ]", "\"networkOutputs\" : [ \"x\" ]"),
        OF_CONF + "it is not a graph (Output name \"x\" is not a valid vertex)");
    refuses(
        json.replace(
            "\"networkOutputs\" : [ \"out\" ]", "\"networkOutputs\" : [ \"out\", \"out\" ]"),
        OF_CONF + "it names one of its 'networkOutputs' twice");
    refuses(
        json.replace(
            "\"networkInputs\" : [ \"in\" ]", "\"networkInputs\" : [ \"in\", \"unused\" ]"),
        OF_CONF
            + "it is not a graph (disconnected vertices found - [unused]. Disconnected vertices are"
            + " those that do not connect to either another vertex, and are also not a network"
            + " output. This vertex can be set as an output using setOutputs(String...). To disable"
            + " this error (i.e., allow network configurations with disconnected vertices) use"
            + " GraphBuilder.allowDisconnected(true))");
    refuses(
        json.replace("\"second\" : [ \"hidden\" ]", "\"second\" : [ \"add\" ]"),
        OF_CONF
            + "it is not a graph (cycle detected in graph. Cannot calculate topological ordering"
            + " with graph cycle (cycle includes vertex \"second\"))");
    refuses("{\"vertices\": {}}", OF_CONF + "it names no 'networkInputs' or no 'networkOutputs'");
    assertThatThrownBy(() -> build("{\"vertices\": 7}", classes(VECTOR, 2)))
        .isInstanceOf(LockstepException.class)
        .hasMessageStartingWith(OF_CONF + "it is not a ComputationGraphConfiguration of DL4J (");
  }

  @Test
  void refusesClassesOfSomebodyElse() {
    String json = residual(2).build().toJson();
    String vertex = ElementWiseVertex.class.getName();
    assertThat(json).contains(vertex);

    refuses(
        json.replace(vertex, "com.example.Evil"),
        OF_CONF + "it names the class 'com.example.Evil', which is not Deeplearning4j's");
  }
}
