package dev.lockstep.worker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Gradients that are normalised or clipped move parameters as in DL4J's {@code fit}. */
@Timeout(60)
class NormalisedGradientsTest {
  private static final long SEED = 20261122;
  private static final int SAMPLES = 6;
  private static final int STEPS = 5;

  private final Random random = new Random(SEED);

  @ParameterizedTest
  @EnumSource
  void moveAStack(GradientNormalization kind) {
    MultiLayerNetwork stock = stack(kind);
    Network network = new StackNetwork(stack(kind));
    NetworkTrainer trainer = network.trainer(Updating.SWEPT);

    for (int step = 0; step < STEPS; step++) {
      INDArray[] features = {features()};
      INDArray[] targets = {targets()};
      stock.fit(features[0], targets[0]);
      step(trainer, features, targets);

      assertThat(network.parameters().toFloatVector())
          .as("step %d, seed %d", step, SEED)
          .isEqualTo(stock.params().toFloatVector());
    }
  }

  @ParameterizedTest
  @EnumSource
  void moveAGraph(GradientNormalization kind) {
    ComputationGraph stock = graph(kind);
    Network network = new GraphNetwork(graph(kind));
    NetworkTrainer trainer = network.trainer(Updating.SWEPT);

    for (int step = 0; step < STEPS; step++) {
      INDArray[] features = {features()};
      INDArray[] targets = {targets()};
      stock.fit(features, targets);
      step(trainer, features, targets);

      assertThat(network.parameters().toFloatVector())
          .as("step %d, seed %d", step, SEED)
          .isEqualTo(stock.params().toFloatVector());
    }
  }

  private static void step(NetworkTrainer trainer, INDArray[] features, INDArray[] targets) {
    trainer.computeGradient(features, targets);
    trainer.applyUpdate(SAMPLES);
  }

  private static MultiLayerNetwork stack(GradientNormalization kind) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(normalised(kind).list().layer(hidden()).layer(output()).build());
    network.init();
    return network;
  }

  private static ComputationGraph graph(GradientNormalization kind) {
    ComputationGraph network =
        new ComputationGraph(
            normalised(kind)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", hidden(), "in")
                .addLayer("out", output(), "hidden")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  /** The threshold is well below the norm of every gradient here. */
  private static NeuralNetConfiguration.Builder normalised(GradientNormalization kind) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(0.01))
        .l2(0.01)
        .gradientNormalization(kind)
        .gradientNormalizationThreshold(0.01);
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(5).nOut(7).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nIn(7)
        .nOut(3)
        .build();
  }

  private INDArray features() {
    INDArray features = Nd4j.create(DataType.FLOAT, SAMPLES, 5);
    for (long i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextGaussian());
    }
    return features;
  }

  private INDArray targets() {
    INDArray targets = Nd4j.zeros(DataType.FLOAT, SAMPLES, 3);
    for (int sample = 0; sample < SAMPLES; sample++) {
      targets.putScalar(sample, random.nextInt(3), 1);
    }
    return targets;
  }
}
