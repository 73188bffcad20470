package dev.lockstep.worker.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.worker.network.StackNetwork;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(120)
final class BatchEvaluatorTest {
  private static final LabelSchema CLASSES = new LabelSchema.Classes("c", List.of("a", "b", "c"));
  private static final float[] LABELS = {2, 0, 1, 1};
  private static final INDArray TARGETS =
      Nd4j.createFromArray(new float[][] {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 1, 0}});

  private final INDArray features = Nd4j.linspace(DataType.FLOAT, -1, 0.11, 24).reshape(4, 6);

  @Test
  void sumsTheLossOfAnOutputLayerWithoutRegularisation() {
    MultiLayerNetwork network =
        trained(
            configuration()
                .l2(0.1)
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(5).dropOut(0.5).build())
                .layer(new BatchNormalization.Builder().nIn(5).nOut(5).build())
                .layer(softmax(5))
                .build());

    assertSameAsPlainDl4j(network, features);
    assertThat(network.score(new DataSet(features, TARGETS)))
        .as("the regularised loss differs, so the figure above leaves it out")
        .isNotCloseTo(evaluate(network, features).metrics().loss(), within(1e-3));
  }

  @Test
  void sumsTheLossOfALossLayer() {
    assertSameAsPlainDl4j(
        trained(
            configuration()
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(3).activation(Activation.TANH).build())
                .layer(
                    new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build()),
        features);
  }

  @Test
  void sumsTheLossOfASingleLayerAndLeavesItsInputAlone() {
    INDArray before = features.dup();

    assertSameAsPlainDl4j(trained(configuration().list().layer(softmax(6)).build()), features);

    assertThat(features).isEqualTo(before);
  }

  @Test
  void appliesThePreProcessorInFrontOfTheOutputLayer() {
    assertSameAsPlainDl4j(
        trained(
            configuration()
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).build())
                .layer(softmax(0))
                .setInputType(InputType.convolutionalFlat(2, 3, 1))
                .build()),
        features);
  }

  @Test
  void evaluatesARegressionWithItsOwnLoss() {
    MultiLayerNetwork network =
        initialised(
            configuration()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(6)
                        .nOut(1)
                        .build())
                .build());
    float[] values = {0.5f, -1, 2, 0};
    EvaluationSums sums = EvaluationSums.of(new LabelSchema.Value("y", 0, 1));

    new BatchEvaluator(new StackNetwork(network))
        .add(
            new INDArray[] {features},
            new INDArray[] {Nd4j.createFromArray(values).reshape(4, 1)},
            values,
            sums);

    double rmse = sums.metrics().rmse().orElseThrow();
    assertThat(sums.metrics().loss()).isCloseTo(rmse * rmse, within(1e-5));
  }

  @Test
  void leavesTrainingUndisturbed() {
    MultiLayerConfiguration configuration =
        configuration()
            .list()
            .layer(new DenseLayer.Builder().nIn(6).nOut(5).build())
            .layer(softmax(5))
            .build();
    MultiLayerNetwork alone = trained(configuration.clone());
    MultiLayerNetwork evaluated = trained(configuration.clone());

    for (int step = 0; step < 3; step++) {
      alone.fit(features, TARGETS);
      evaluated.fit(features, TARGETS);
      evaluate(evaluated, features);
    }

    assertThat(evaluated.params()).isEqualTo(alone.params());
    assertThat(evaluated.getUpdater().getStateViewArray())
        .isEqualTo(alone.getUpdater().getStateViewArray());
  }

  private static void assertSameAsPlainDl4j(MultiLayerNetwork network, INDArray features) {
    EvaluationSums expected = EvaluationSums.of(CLASSES);
    float[] losses =
        network.scoreExamples(new DataSet(features, TARGETS), false).dup('c').data().asFloat();
    double lossSum = 0;
    for (float loss : losses) {
      lossSum += loss;
    }
    float[] outputs = network.output(features).dup('c').data().asFloat();
    expected.add(outputs, LABELS, LABELS.length, lossSum);

    assertThat(evaluate(network, features).toRow()).isEqualTo(expected.toRow());
    assertThat(evaluate(network, features).toRow()).isEqualTo(expected.toRow());
  }

  private static EvaluationSums evaluate(MultiLayerNetwork network, INDArray features) {
    EvaluationSums sums = EvaluationSums.of(CLASSES);
    new BatchEvaluator(new StackNetwork(network))
        .add(new INDArray[] {features}, new INDArray[] {TARGETS}, LABELS, sums);
    return sums;
  }

  private static NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Adam(0.01));
  }

  private static OutputLayer softmax(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nIn(inputs)
        .nOut(3)
        .build();
  }

  private MultiLayerNetwork trained(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = initialised(configuration);
    for (int step = 0; step < 5; step++) {
      network.fit(features, TARGETS);
    }
    return network;
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }
}
