package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.Documents.IMAGE;
import static dev.lockstep.worker.model.Documents.OF_CONF;
import static dev.lockstep.worker.model.Documents.VECTOR;
import static dev.lockstep.worker.model.Documents.build;
import static dev.lockstep.worker.model.Documents.dense;
import static dev.lockstep.worker.model.Documents.output;
import static dev.lockstep.worker.model.Documents.refuses;
import static dev.lockstep.worker.model.ModelFixtures.classes;
import static dev.lockstep.worker.model.ModelFixtures.network;
import static dev.lockstep.worker.model.ModelFixtures.stack;
import static dev.lockstep.worker.model.ModelFixtures.training;
import static dev.lockstep.worker.model.ModelFixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lockstep.common.data.InputShape;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Stacks of Deeplearning4j as models: what is taken from their documents, and what does not fit.
 */
@Timeout(60)
class Dl4jDocumentTest {
  @Test
  void takesTheDocumentsOwnSettingsAndTheSeedOfTheJob() {
    MultiLayerConfiguration original = dense(3).build();
    original.setIterationCount(77);

    MultiLayerConfiguration built = stack(build(original.toJson(), classes(VECTOR, 3)));

    OutputLayer output = (OutputLayer) built.getConf(1).getLayer();
    assertThat(output.getIUpdater()).isInstanceOf(Adam.class);
    assertThat(built.getConf(0).isMiniBatch()).isFalse();
    assertThat(built.getConf(0).getSeed()).isEqualTo(training().seed());
    assertThat(built.getIterationCount()).isZero();
    assertThat(network(built).output(Nd4j.zeros(2, 6)).shape()).containsExactly(2, 3);
  }

  @Test
  void feedsFlatImagesToADocumentForShapedOnes() {
    var original = convolution().setInputType(InputType.convolutional(6, 7, 1)).build();

    MultiLayerConfiguration built = stack(build(original.toJson(), classes(IMAGE, 2)));

    assertThat(original.getInputPreProcess(0)).isNull();
    assertThat(network(built).output(Nd4j.zeros(3, 42)).shape()).containsExactly(3, 2);
  }

  @Test
  void acceptsOneUnitForTwoClasses() {
    assertThatCode(() -> build(dense(1).build().toJson(), classes(VECTOR, 2)))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesMoreUnitsThanClasses() {
    refuses(
        dense(10).build().toJson(),
        classes(VECTOR, 2),
        "Cannot train 'model' on label 'digit': the output layer has 10 units but the label has 2"
            + " classes");
  }

  @Test
  void refusesOneUnitForThreeClasses() {
    refuses(
        dense(1).build().toJson(),
        classes(VECTOR, 3),
        "Cannot train 'model' on label 'digit': the output layer has 1 unit but the label has 3"
            + " classes");
  }

  @Test
  void refusesSeveralUnitsForAValue() {
    refuses(
        dense(2).build().toJson(),
        value(VECTOR),
        "Cannot train 'model' on label 'price': the output layer has 2 units but the label is a"
            + " single value");
  }

  @Test
  void refusesAnotherNumberOfInputs() {
    refuses(
        dense(2).build().toJson(),
        classes(new InputShape.Vector(7), 2),
        "Cannot build 'model.dl4j[0]' (DenseLayer): it takes 6 inputs but gets 7");
  }

  @Test
  void refusesConvolutionOfAVector() {
    refuses(
        convolution().setInputType(InputType.convolutionalFlat(6, 7, 1)).build().toJson(),
        classes(new InputShape.Vector(42), 2),
        "Cannot build 'model.dl4j[0]' (ConvolutionLayer): its input is a vector of 42 elements,"
            + " not an image");
  }

  @Test
  void refusesSequences() {
    MultiLayerConfiguration recurrent =
        new NeuralNetConfiguration.Builder()
            .list(
                new LSTM.Builder().nIn(6).nOut(4).build(),
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nIn(4)
                    .nOut(2)
                    .build())
            .build();

    refuses(
        recurrent.toJson(),
        OF_CONF
            + "its layer 'layer0' (LSTM) is for sequences, but a sample is one vector or one image");
    refuses(
        dense(2).backpropType(BackpropType.TruncatedBPTT).build().toJson(),
        OF_CONF + "it truncates sequences");
  }

  @Test
  void refusesAnotherAlgorithmThanGradientDescent() {
    MultiLayerConfiguration original =
        new NeuralNetConfiguration.Builder()
            .optimizationAlgo(OptimizationAlgorithm.LBFGS)
            .list(output(2).nIn(6).build())
            .build();

    refuses(
        original.toJson(),
        OF_CONF + "its optimization algorithm is LBFGS but must be STOCHASTIC_GRADIENT_DESCENT");
  }

  @Test
  void refusesAnotherDataTypeThanFloat() {
    MultiLayerConfiguration original =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .list(output(2).nIn(6).build())
            .build();

    refuses(original.toJson(), OF_CONF + "its data type is DOUBLE but must be FLOAT");
  }

  @Test
  void refusesAStackWithoutOutput() {
    MultiLayerConfiguration original =
        new NeuralNetConfiguration.Builder()
            .list(new DenseLayer.Builder().nIn(6).nOut(2).build())
            .build();

    refuses(
        original.toJson(), OF_CONF + "its last layer is a DenseLayer but must be an OutputLayer");
  }

  @Test
  void refusesALossLayerWhichHasNoUnitsOfItsOwn() {
    MultiLayerConfiguration original =
        new NeuralNetConfiguration.Builder()
            .list(
                new DenseLayer.Builder().nIn(6).nOut(2).build(),
                new LossLayer.Builder(LossFunction.MCXENT).build())
            .build();

    refuses(
        original.toJson(), OF_CONF + "its last layer is a LossLayer but must be an OutputLayer");
  }

  private static NeuralNetConfiguration.ListBuilder convolution() {
    return new NeuralNetConfiguration.Builder()
        .list(
            new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.RELU).build(),
            output(2).nIn(0).build());
  }
}
