package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.ModelFixtures.classes;
import static dev.lockstep.worker.model.ModelFixtures.training;
import static dev.lockstep.worker.model.ModelFixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.GraphNetwork;
import dev.lockstep.worker.network.Network;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(120)
class GraphDocumentTest {
  private static final InputShape VECTOR = new InputShape.Vector(6);
  private static final InputShape IMAGE = new InputShape.Image(1, 6, 7);
  private static final String OF_CONF = "Cannot use 'model.dl4j' (conf.json): ";

  @Test
  void takesTheDocumentsOwnSettingsAndTheSeedOfTheJob() {
    ComputationGraphConfiguration original = residual(3).build();
    original.setIterationCount(77);
    original.setEpochCount(5);

    GraphConfiguration built = build(original, classes(VECTOR, 3));

    LayerVertex hidden = (LayerVertex) built.dl4j().getVertices().get("hidden");
    assertThat(hidden.getLayerConf().getSeed()).isEqualTo(training().seed());
    assertThat(built.dl4j().getDefaultConfiguration().getSeed()).isEqualTo(training().seed());
    assertThat(((DenseLayer) hidden.getLayerConf().getLayer()).getIUpdater())
        .isInstanceOf(Adam.class);
    assertThat(built.dl4j().getIterationCount()).isZero();
    assertThat(built.dl4j().getEpochCount()).isZero();
    Network network = built.network();
    assertThat(network.outputUnits()).containsExactly(3);
    assertThat(network.inputs()).containsExactly("in");
    assertThat(network.output(Nd4j.zeros(2, 6)).shape()).containsExactly(2, 3);
    assertThat(built.parameters())
        .isEqualTo(network.parameters().length())
        .isEqualTo(6 * 4 + 4 + 4 * 4 + 4 + 4 * 3 + 3);
  }

  @Test
  void startsFromTheSameWeightsWhateverSeedTheDocumentHas() {
    ComputationGraphConfiguration one = residual(3).build();
    ComputationGraphConfiguration other = residual(3).build();
    other.getDefaultConfiguration().setSeed(99);

    assertThat(build(one, classes(VECTOR, 3)).network().parameters())
        .isEqualTo(build(other, classes(VECTOR, 3)).network().parameters());
  }

  @Test
  void fillsInTheInputsThatTheDocumentLeavesOpen() {
    ComputationGraphConfiguration open =
        graph()
            .addInputs("in")
            .addLayer("hidden", new DenseLayer.Builder().nOut(4).build(), "in")
            .addLayer("out", output(3).nIn(0).build(), "hidden")
            .setOutputs("out")
            .build();

    assertThat(build(open, classes(VECTOR, 3)).parameters()).isEqualTo(6 * 4 + 4 + 4 * 3 + 3);
  }

  @Test
  void feedsFlatImagesToADocumentForShapedOnes() {
    ComputationGraphConfiguration original =
        convolution().setInputTypes(InputType.convolutional(6, 7, 1)).build();

    GraphConfiguration built = build(original, classes(IMAGE, 2));

    assertThat(((LayerVertex) original.getVertices().get("conv")).getPreProcessor()).isNull();
    assertThat(built.network().output(Nd4j.zeros(3, 42)).shape()).containsExactly(3, 2);
  }

  @Test
  void doesNotRelyOnTheOrderOfTheDocument() {
    ComputationGraphConfiguration original = residual(3).build();
    new GraphNetwork(initialised(original));
    assertThat(original.getTopologicalOrder()).isNotNull();
    original.setTopologicalOrder(new int[] {3, 2, 1, 0});

    assertThatCode(() -> build(original, classes(VECTOR, 3)).network()).doesNotThrowAnyException();
  }

  @Test
  void trainsSeveralOutputsThatAllFitTheLabel() {
    GraphBuilder graph = residual(2).addLayer("helper", output(1).build(), "hidden");

    assertThat(build(graph.setOutputs("out", "helper").build(), classes(VECTOR, 2)).network())
        .satisfies(network -> assertThat(network.outputUnits()).containsExactly(2, 1));
    refuses(
        residual(3).addLayer("helper", output(2).build(), "hidden").setOutputs("out", "helper"),
        classes(VECTOR, 3),
        "Cannot train 'model' on label 'digit': the output 'helper' has 2 units but the label has 3"
            + " classes");
    refuses(
        residual(2),
        value(VECTOR),
        "Cannot train 'model' on label 'price': the output 'out' has 2 units but the label is a"
            + " single value");
  }

  @Test
  void refusesSizesThatDoNotFit() {
    refuses(
        residual(3),
        classes(new InputShape.Vector(7), 3),
        "Cannot build 'model.dl4j.vertices.hidden' (DenseLayer): it takes 6 inputs but gets 7");
    refuses(
        graph()
            .addInputs("in")
            .addLayer("hidden", dense(), "in")
            .addVertex("add", new ElementWiseVertex(Op.Add), "in", "hidden")
            .addLayer("out", output(3).nIn(6).build(), "add")
            .setOutputs("out"),
        classes(VECTOR, 3),
        "Cannot build 'model.dl4j.vertices.add' (ElementWiseVertex): its inputs have 6 and 4"
            + " elements but must have equally many");
    refuses(
        graph()
            .addInputs("in")
            .addVertex("part", new SubsetVertex(2, 6), "in")
            .addLayer("out", output(3).nIn(5).build(), "part")
            .setOutputs("out"),
        classes(VECTOR, 3),
        "Cannot build 'model.dl4j.vertices.part' (SubsetVertex): it takes 2 to 6 but its input has"
            + " 0 to 5");
    refuses(
        convolution().setInputTypes(InputType.convolutionalFlat(6, 7, 1)),
        classes(new InputShape.Vector(42), 2),
        "Cannot build 'model.dl4j.vertices.conv' (ConvolutionLayer): its input is a vector of 42"
            + " elements, not an image");
  }

  @Test
  void refusesSeveralInputsOfATableWithoutTheirColumns() {
    refuses(
        graph()
            .addInputs("left", "right")
            .addVertex("both", new MergeVertex(), "left", "right")
            .addLayer("out", output(3).nIn(12).build(), "both")
            .setOutputs("out"),
        classes(VECTOR, 3),
        "Cannot use 'model.dl4j': it has the inputs left, right (say in 'model.inputs' which"
            + " columns each takes)");
  }

  @Test
  void handsAnImageToEveryInput() {
    ComputationGraphConfiguration graph =
        graph()
            .addInputs("left", "right")
            .setInputTypes(InputType.feedForward(42), InputType.feedForward(42))
            .addLayer("one", new DenseLayer.Builder().nOut(3).build(), "left")
            .addLayer("other", new DenseLayer.Builder().nOut(3).build(), "right")
            .addVertex("both", new MergeVertex(), "one", "other")
            .addLayer("out", output(2).nIn(6).build(), "both")
            .setOutputs("out")
            .build();

    Network network = build(graph, classes(IMAGE, 2)).network();

    Ports ports = Ports.of(document(graph.toJson()), classes(IMAGE, 2), network);
    assertThat(ports.inputs().ofInputs()).hasSize(2).allSatisfy(all -> assertThat(all).hasSize(42));
    assertThat(network.output(Nd4j.zeros(3, 42), Nd4j.zeros(3, 42)).shape()).containsExactly(3, 2);
  }

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

  private static void refuses(GraphBuilder graph, DataSchema schema, String message) {
    refuses(graph.build().toJson(), schema, message);
  }

  private static void refuses(String json, String message) {
    refuses(json, classes(VECTOR, 2), message);
  }

  private static void refuses(String json, DataSchema schema, String message) {
    assertThatThrownBy(() -> build(json, schema))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(message);
  }

  private static GraphConfiguration build(
      ComputationGraphConfiguration original, DataSchema schema) {
    return build(original.toJson(), schema);
  }

  private static GraphConfiguration build(String json, DataSchema schema) {
    return (GraphConfiguration) NetworkBuilder.build(document(json), training(), schema);
  }

  private static ModelConfig.Dl4j document(String json) {
    return new ModelConfig.Dl4j("conf.json", json);
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    var network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  private static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(0.1)).graphBuilder();
  }

  private static GraphBuilder residual(int units) {
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

  private static GraphBuilder convolution() {
    return graph()
        .addInputs("in")
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.RELU).build(),
            "in")
        .addLayer("out", output(2).nIn(0).build(), "conv")
        .setOutputs("out");
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nIn(6).nOut(4).activation(Activation.RELU).build();
  }

  private static OutputLayer.Builder output(int units) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .activation(Activation.SIGMOID)
        .nIn(4)
        .nOut(units);
  }
}
