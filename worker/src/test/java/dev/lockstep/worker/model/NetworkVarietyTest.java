package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.ModelFixtures.classes;
import static dev.lockstep.worker.model.ModelFixtures.convolution;
import static dev.lockstep.worker.model.ModelFixtures.dense;
import static dev.lockstep.worker.model.ModelFixtures.model;
import static dev.lockstep.worker.model.ModelFixtures.network;
import static dev.lockstep.worker.model.ModelFixtures.output;
import static dev.lockstep.worker.model.ModelFixtures.pooling;
import static dev.lockstep.worker.model.ModelFixtures.softmax;
import static dev.lockstep.worker.model.ModelFixtures.training;
import static dev.lockstep.worker.model.ModelFixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.Activation;
import dev.lockstep.common.config.GradientClipping;
import dev.lockstep.common.config.Initialiser;
import dev.lockstep.common.config.LayerSpec;
import dev.lockstep.common.config.LayerSpec.Pooling;
import dev.lockstep.common.config.Loss;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.Optimizer;
import dev.lockstep.common.config.Regularisation;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** Everything that a job file can name becomes a network that takes a step. */
@Timeout(120)
class NetworkVarietyTest {
  private static final int SAMPLES = 8;
  private static final long SEED = 20260101;
  private static final InputShape VECTOR = new InputShape.Vector(6);
  private static final InputShape IMAGE = new InputShape.Image(2, 8, 9);
  private static final Set<Loss> OF_PROBABILITIES =
      EnumSet.of(Loss.BINARY_CROSS_ENTROPY, Loss.POISSON, Loss.KL_DIVERGENCE);

  static Stream<ModelConfig.Layers> imageModels() {
    LayerSpec.Size window = new LayerSpec.Size(2, 3);
    LayerSpec.Size one = new LayerSpec.Size(1, 1);
    return Stream.of(
        model(convolution(3, 3), softmax()),
        model(
            new LayerSpec.Convolution(
                3,
                window,
                new LayerSpec.Size(2, 1),
                LayerSpec.Padding.SAME,
                Activation.TANH,
                false,
                java.util.Optional.of(Initialiser.HE),
                java.util.Optional.of(new Regularisation(0, 0, 0.01))),
            new LayerSpec.BatchNorm(0.9, 1e-5),
            new LayerSpec.ActivationOnly(Activation.RELU),
            new LayerSpec.Subsampling(Pooling.AVERAGE, window, one, LayerSpec.Padding.SAME),
            new LayerSpec.Dropout(0.8),
            dense(5),
            softmax()),
        model(pooling(Pooling.MAX, 2), softmax()),
        model(pooling(Pooling.AVERAGE, 3), dense(4), softmax()),
        model(new LayerSpec.BatchNorm(0.9, 1e-5), convolution(2, 2), softmax()),
        model(new LayerSpec.Dropout(0.5), dense(4), softmax()),
        model(new LayerSpec.Dropout(1), convolution(2, 8), softmax()),
        model(softmax()));
  }

  @ParameterizedTest
  @MethodSource("imageModels")
  void stepsWithEveryLayerOnImages(ModelConfig.Layers model) {
    assertStep(model, training(), classes(IMAGE, 3));
  }

  @ParameterizedTest
  @EnumSource
  void stepsWithEveryActivation(Activation activation) {
    assertStep(
        model(dense(5, activation), new LayerSpec.ActivationOnly(activation), softmax()),
        training(),
        classes(VECTOR, 3));
  }

  @ParameterizedTest
  @EnumSource
  void stepsWithEveryInitialiser(Initialiser initialiser) {
    ModelConfig.Layers drawn =
        new ModelConfig.Layers(
            List.of(dense(5), softmax()), initialiser, new Regularisation(0.001, 0.001, 0));

    assertStep(drawn, training(), classes(VECTOR, 3));
  }

  @ParameterizedTest
  @EnumSource
  void stepsWithEveryLossOnClasses(Loss loss) {
    Activation activation =
        OF_PROBABILITIES.contains(loss) ? Activation.SIGMOID : Activation.SOFTMAX;

    assertStep(model(dense(5), output(activation, loss)), training(), classes(VECTOR, 3));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"CROSS_ENTROPY", "KL_DIVERGENCE", "COSINE_PROXIMITY"})
  void stepsWithEveryLossOnValues(Loss loss) {
    Activation activation =
        OF_PROBABILITIES.contains(loss) ? Activation.SIGMOID : Activation.IDENTITY;

    assertStep(model(dense(5), output(activation, loss)), training(), value(VECTOR));
  }

  /** With ND4J's defaults, which the job file takes over. */
  static Stream<List<Object>> optimizers() {
    return Stream.of(
        List.of(new Optimizer.Sgd(0.001), new Sgd()),
        List.of(new Optimizer.Nesterov(0.1, 0.9), new Nesterovs()),
        List.of(new Optimizer.AdaGrad(0.1, 1e-6), new AdaGrad()),
        List.of(new Optimizer.AdaDelta(0.95, 1e-6), new AdaDelta()),
        List.of(new Optimizer.RmsProp(0.1, 0.95, 1e-8), new RmsProp()),
        List.of(new Optimizer.Adam(0.001, 0.9, 0.999, 1e-8), new Adam()),
        List.of(new Optimizer.AmsGrad(0.001, 0.9, 0.999, 1e-8), new AMSGrad()),
        List.of(new Optimizer.Nadam(0.001, 0.9, 0.999, 1e-8), new Nadam()),
        List.of(new Optimizer.AdaMax(0.001, 0.9, 0.999, 1e-8), new AdaMax()));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void stepsWithEveryOptimizer(List<Object> pair) {
    Optimizer optimizer = (Optimizer) pair.get(0);
    Regularisation decay = new Regularisation(0, 0, 0.01);

    assertThat(Updaters.of(optimizer)).isEqualTo((IUpdater) pair.get(1));
    assertStep(
        model(decay, dense(5), softmax()),
        training(optimizer, new GradientClipping.ByNorm(1)),
        classes(VECTOR, 3));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void keepsEveryHyperParameter(List<Object> pair) {
    Optimizer optimizer = changed((Optimizer) pair.get(0));

    assertThat(Updaters.of(optimizer).toString())
        .contains(optimizer instanceof Optimizer.AdaDelta ? "rho=0.7" : "learningRate=0.7");
    assertThat(Updaters.of(optimizer)).isNotEqualTo(pair.get(1));
  }

  private static Optimizer changed(Optimizer optimizer) {
    if (optimizer instanceof Optimizer.Sgd) {
      return new Optimizer.Sgd(0.7);
    } else if (optimizer instanceof Optimizer.Nesterov) {
      return new Optimizer.Nesterov(0.7, 0.6);
    } else if (optimizer instanceof Optimizer.AdaGrad) {
      return new Optimizer.AdaGrad(0.7, 0.6);
    } else if (optimizer instanceof Optimizer.AdaDelta) {
      return new Optimizer.AdaDelta(0.7, 0.6);
    } else if (optimizer instanceof Optimizer.RmsProp) {
      return new Optimizer.RmsProp(0.7, 0.6, 0.5);
    } else if (optimizer instanceof Optimizer.Adam) {
      return new Optimizer.Adam(0.7, 0.6, 0.5, 0.4);
    } else if (optimizer instanceof Optimizer.AmsGrad) {
      return new Optimizer.AmsGrad(0.7, 0.6, 0.5, 0.4);
    } else if (optimizer instanceof Optimizer.Nadam) {
      return new Optimizer.Nadam(0.7, 0.6, 0.5, 0.4);
    }
    return new Optimizer.AdaMax(0.7, 0.6, 0.5, 0.4);
  }

  private static void assertStep(
      ModelConfig.Layers model, TrainingConfig training, DataSchema schema) {
    MultiLayerNetwork network = network(NetworkBuilder.build(model, training, schema));
    INDArray before = network.params().dup();
    Random random = new Random(SEED);
    INDArray features = Nd4j.create(floats(random, SAMPLES * schema.input().size()));

    network.fit(features.reshape(SAMPLES, schema.input().size()), targets(random, schema.label()));

    assertThat(network.params().toFloatVector()).doesNotContain(Float.NaN);
    assertThat(Double.isFinite(network.params().sumNumber().doubleValue())).isTrue();
    assertThat(Double.isFinite(network.score())).isTrue();
    assertThat(network.params()).as("seed %d", SEED).isNotEqualTo(before);
  }

  private static INDArray targets(Random random, LabelSchema label) {
    if (!(label instanceof LabelSchema.Classes classes)) {
      return Nd4j.create(floats(random, SAMPLES)).reshape(SAMPLES, 1);
    }
    INDArray oneHot = Nd4j.zeros(SAMPLES, classes.names().size());
    for (int i = 0; i < SAMPLES; i++) {
      oneHot.putScalar(i, random.nextInt(classes.names().size()), 1);
    }
    return oneHot;
  }

  private static float[] floats(Random random, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = random.nextFloat();
    }
    return floats;
  }
}
