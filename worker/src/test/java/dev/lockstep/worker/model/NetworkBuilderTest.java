package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.ModelFixtures.MNIST;
import static dev.lockstep.worker.model.ModelFixtures.classes;
import static dev.lockstep.worker.model.ModelFixtures.convolution;
import static dev.lockstep.worker.model.ModelFixtures.dense;
import static dev.lockstep.worker.model.ModelFixtures.model;
import static dev.lockstep.worker.model.ModelFixtures.network;
import static dev.lockstep.worker.model.ModelFixtures.pooling;
import static dev.lockstep.worker.model.ModelFixtures.softmax;
import static dev.lockstep.worker.model.ModelFixtures.stackOf;
import static dev.lockstep.worker.model.ModelFixtures.training;
import static dev.lockstep.worker.model.ModelFixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.Activation;
import dev.lockstep.common.config.Compute;
import dev.lockstep.common.config.GradientClipping;
import dev.lockstep.common.config.Initialiser;
import dev.lockstep.common.config.LayerSpec;
import dev.lockstep.common.config.LayerSpec.Pooling;
import dev.lockstep.common.config.Loss;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.OnDivergence;
import dev.lockstep.common.config.Optimizer;
import dev.lockstep.common.config.Regularisation;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.network.StackConfiguration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

@Timeout(120)
class NetworkBuilderTest {
  private static final InputShape VECTOR = new InputShape.Vector(6);
  private static final ModelConfig.Layers LENET =
      model(
          convolution(20, 5),
          pooling(Pooling.MAX, 2),
          convolution(50, 5),
          pooling(Pooling.MAX, 2),
          dense(500),
          softmax());

  @Test
  void countsTheParametersOfThreeDenseLayers() {
    ModelConfig.Layers mlp = model(dense(512), dense(256), softmax());

    assertThat(built(mlp, classes(MNIST, 10)).numParams()).isEqualTo(535_818);
  }

  @Test
  void countsParametersWithoutBuildingTheNetwork() {
    MultiLayerNetwork network = built(LENET, classes(MNIST, 10));

    assertThat(new StackConfiguration(network.getLayerWiseConfigurations()).parameters())
        .isEqualTo(431_080);
  }

  @Test
  void countsTheParametersOfLeNet() {
    assertThat(built(LENET, classes(MNIST, 10)).numParams()).isEqualTo(431_080);
  }

  @Test
  void leavesOutBiases() {
    LayerSpec.Output output =
        new LayerSpec.Output(
            Activation.IDENTITY,
            Loss.SUM_OF_SQUARES,
            false,
            Optional.of(Initialiser.ZEROS),
            Optional.empty());

    MultiLayerNetwork network = built(model(output), value(new InputShape.Vector(1)));

    assertThat(network.numParams()).isEqualTo(1);
    assertThat(network.params().getDouble(0)).isZero();
  }

  @Test
  void drawsTheSameWeightsForTheSameSeed() {
    DataSchema schema = classes(VECTOR, 3);

    assertThat(built(model(dense(4), softmax()), schema).params())
        .isEqualTo(built(model(dense(4), softmax()), schema).params());
  }

  @Test
  void penalisesNothingUnlessAsked() {
    BaseLayer dense = weights(configuration(Regularisation.NONE));

    assertThat(dense.getRegularization()).isEmpty();
    assertThat(dense.getRegularizationBias()).isEmpty();
  }

  @Test
  void penalisesWeightsAndNeverBiases() {
    BaseLayer penalised = weights(configuration(new Regularisation(0.1, 0.2, 0)));
    BaseLayer decayed = weights(configuration(new Regularisation(0, 0, 0.3)));

    assertThat(penalised.getRegularization())
        .containsExactly(new L1Regularization(0.1), new L2Regularization(0.2));
    assertThat(penalised.getRegularizationBias()).isEmpty();
    assertThat(decayed.getRegularization())
        .containsExactly((Regularization) new WeightDecay(0.3, true));
    assertThat(decayed.getRegularizationBias()).isEmpty();
  }

  @Test
  void takesThePenaltyOfTheLayerBeforeThatOfTheModel() {
    LayerSpec.Dense own =
        new LayerSpec.Dense(
            4, Activation.RELU, true, Optional.empty(), Optional.of(new Regularisation(0.5, 0, 0)));
    ModelConfig model = model(new Regularisation(0, 0.2, 0), own, softmax());

    MultiLayerConfiguration built = stackOf(model, training(), classes(VECTOR, 3));

    assertThat(((BaseLayer) built.getConf(0).getLayer()).getRegularization())
        .containsExactly(new L1Regularization(0.5));
    assertThat(((BaseLayer) built.getConf(1).getLayer()).getRegularization())
        .containsExactly(new L2Regularization(0.2));
  }

  @Test
  void clipsGradientsAsAsked() {
    BaseLayer none = weights(configuration(new GradientClipping.None()));
    BaseLayer value = weights(configuration(new GradientClipping.ByValue(0.5)));
    BaseLayer norm = weights(configuration(new GradientClipping.ByNorm(2)));

    assertThat(none.getGradientNormalization()).isEqualTo(GradientNormalization.None);
    assertThat(value.getGradientNormalization())
        .isEqualTo(GradientNormalization.ClipElementWiseAbsoluteValue);
    assertThat(value.getGradientNormalizationThreshold()).isEqualTo(0.5);
    assertThat(norm.getGradientNormalization()).isEqualTo(GradientNormalization.ClipL2PerLayer);
    assertThat(norm.getGradientNormalizationThreshold()).isEqualTo(2);
  }

  @Test
  void keepsClippingAwayFromRunningStatistics() {
    TrainingConfig clipped = training(new Optimizer.Sgd(0.1), new GradientClipping.ByValue(0.001));
    ModelConfig model = model(new LayerSpec.BatchNorm(0.8, 1e-4), softmax());

    var layer =
        (org.deeplearning4j.nn.conf.layers.BatchNormalization)
            stackOf(model, clipped, classes(VECTOR, 3)).getConf(0).getLayer();

    assertThat(layer.getGradientNormalization()).isEqualTo(GradientNormalization.None);
    assertThat(layer.getDecay()).isEqualTo(0.8);
    assertThat(layer.getEps()).isEqualTo(1e-4);
    assertThat(layer.isUseLogStd()).isFalse();
  }

  @Test
  void dividesByTheBatchOnlyForAMean() {
    for (TrainingConfig.LossReduction reduction : TrainingConfig.LossReduction.values()) {
      TrainingConfig training =
          training(new Optimizer.Sgd(0.1), new GradientClipping.None(), reduction);

      assertThat(stackOf(model(softmax()), training, classes(VECTOR, 3)).getConf(0).isMiniBatch())
          .isEqualTo(reduction == TrainingConfig.LossReduction.MEAN);
    }
  }

  @Test
  void startsFromTheSameWeightsEveryTimeWithAnySeed() {
    for (long seed : new long[] {0, 1, -1, Long.MAX_VALUE}) {
      TrainingConfig training = withSeed(seed);

      NetworkConfiguration built =
          NetworkBuilder.build(model(softmax()), training, classes(VECTOR, 3));

      assertThat(NetworkConfiguration.ofJson(built.toJson()).network().parameters())
          .as("seed %d", seed)
          .isEqualTo(built.network().parameters());
    }
  }

  @Test
  void refusesConvolutionOfAVector() {
    refuses(
        () -> built(LENET, classes(VECTOR, 10)),
        "Cannot build 'model.layers[0]' (ConvolutionLayer): its input is a vector of 6 elements,"
            + " not an image");
  }

  @Test
  void refusesPoolingAfterADenseLayer() {
    refuses(
        () -> built(model(dense(9), pooling(Pooling.MAX, 2), softmax()), classes(MNIST, 10)),
        "Cannot build 'model.layers[1]' (SubsamplingLayer): its input is a vector of 9 elements,"
            + " not an image");
  }

  @Test
  void refusesAWindowLargerThanItsImage() {
    refuses(
        () -> built(LENET, classes(new InputShape.Image(1, 10, 12), 10)),
        "Cannot build 'model.layers[2]' (ConvolutionLayer): its window of 5 x 5 is larger than its"
            + " input of 3 x 4");
  }

  @Test
  void refusesALabelWithASingleClass() {
    assertThatThrownBy(() -> built(model(softmax()), classes(VECTOR, 1)))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot learn 'digit': all training rows are of one class, [");
  }

  @Test
  void refusesMoreClassesThanCanBeEvaluated() {
    refuses(
        () -> built(model(softmax()), classes(VECTOR, 1_001)),
        "Cannot train 'model' on label 'digit': it has 1001 classes but at most 1000 can be"
            + " evaluated (set 'data.label.type' to value for a number)");
  }

  @Test
  void refusesSoftmaxForAValue() {
    refuses(
        () -> built(model(softmax()), value(VECTOR)),
        "Cannot build 'model': Invalid output layer configuration for layer \"layer0\": Softmax +"
            + " nOut=1 networks are not supported. Softmax cannot be used with nOut=1 as the output"
            + " will always be exactly 1.0 regardless of the input. ");
  }

  private static void refuses(ThrowingCallable build, String message) {
    assertThatThrownBy(build)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(message);
  }

  private static TrainingConfig withSeed(long seed) {
    TrainingConfig training = training();
    return new TrainingConfig(
        training.epochs(),
        training.globalBatchSize(),
        training.microbatchSize(),
        seed,
        training.order(),
        training.optimizer(),
        training.combine(),
        training.lossReduction(),
        training.gradientClipping(),
        new OnDivergence.Stop(),
        Compute.AUTO,
        Optional.empty());
  }

  private static MultiLayerNetwork built(ModelConfig model, DataSchema schema) {
    return network(stackOf(model, training(), schema));
  }

  private static MultiLayerConfiguration configuration(Regularisation regularisation) {
    return stackOf(model(regularisation, dense(4), softmax()), training(), classes(VECTOR, 3));
  }

  private static MultiLayerConfiguration configuration(GradientClipping clipping) {
    return stackOf(
        model(dense(4), softmax()), training(new Optimizer.Sgd(0.1), clipping), classes(VECTOR, 3));
  }

  private static BaseLayer weights(MultiLayerConfiguration configuration) {
    return (BaseLayer) configuration.getConf(0).getLayer();
  }
}
