package dev.lockstep.worker.compute.dense;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Stacks of dense layers of any depth, width, activation and loss, and batches for them. */
record RandomStacks(Random random) {
  private static final List<Activation> HIDDEN =
      List.of(
          Activation.RELU,
          Activation.RELU,
          Activation.IDENTITY,
          Activation.TANH,
          Activation.SIGMOID,
          Activation.LEAKYRELU,
          Activation.ELU,
          Activation.SOFTPLUS,
          Activation.SELU,
          Activation.GELU);

  /** A stack and what goes in and out of it. */
  record Stack(MultiLayerConfiguration configuration, int inputs, int outputs) {
    INDArray[] features(Random random, int samples) {
      INDArray features = Nd4j.create(samples, inputs);
      for (int i = 0; i < features.length(); i++) {
        features.putScalar(i, random.nextGaussian());
      }
      return new INDArray[] {features};
    }

    /** One unit of each row is 1; a single unit is 1 or 0. */
    INDArray[] targets(Random random, int samples) {
      INDArray targets = Nd4j.zeros(samples, outputs);
      for (int row = 0; row < samples; row++) {
        int unit = random.nextInt(Math.max(2, outputs));
        if (unit < outputs) {
          targets.putScalar(row, unit, 1);
        }
      }
      return new INDArray[] {targets};
    }
  }

  Stack next(IUpdater updater) {
    int inputs = 1 + random.nextInt(60);
    int outputs = 1 + random.nextInt(12);
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(random.nextLong()).updater(updater).list();
    int before = inputs;
    int hidden = random.nextInt(4);
    for (int i = 0; i < hidden; i++) {
      int units = 1 + random.nextInt(70);
      layers.layer(
          new DenseLayer.Builder()
              .nIn(before)
              .nOut(units)
              .hasBias(random.nextInt(5) > 0)
              .activation(HIDDEN.get(random.nextInt(HIDDEN.size())))
              .build());
      before = units;
    }
    layers.layer(output(outputs).nIn(before).nOut(outputs).build());
    return new Stack(layers.build(), inputs, outputs);
  }

  private OutputLayer.Builder output(int units) {
    return switch (units == 1 ? 1 + random.nextInt(2) : random.nextInt(3)) {
      case 0 -> new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX);
      case 1 -> new OutputLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID);
      default -> new OutputLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY);
    };
  }
}
