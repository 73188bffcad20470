package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.Documents.IMAGE;
import static dev.lockstep.worker.model.Documents.VECTOR;
import static dev.lockstep.worker.model.Documents.document;
import static dev.lockstep.worker.model.Documents.output;
import static dev.lockstep.worker.model.GraphDocuments.build;
import static dev.lockstep.worker.model.GraphDocuments.convolution;
import static dev.lockstep.worker.model.GraphDocuments.dense;
import static dev.lockstep.worker.model.GraphDocuments.graph;
import static dev.lockstep.worker.model.GraphDocuments.refuses;
import static dev.lockstep.worker.model.GraphDocuments.residual;
import static dev.lockstep.worker.model.ModelFixtures.classes;
import static dev.lockstep.worker.model.ModelFixtures.training;
import static dev.lockstep.worker.model.ModelFixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lockstep.common.data.InputShape;
import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.GraphNetwork;
import dev.lockstep.worker.network.Network;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Graphs of Deeplearning4j as models: what is taken from their documents, and what does not fit.
 */
@Timeout(120)
class GraphDocumentTest {
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

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    var network = new ComputationGraph(configuration);
    network.init();
    return network;
  }
}
