package dev.lockstep.worker.compute.lean;

import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Stacks of one to three LSTMs of any size and bias of the forget gate, with and without a dense
 * layer below, which say a class for every time step.
 */
record RandomSequenceNets(Random random) {
  private static final int CLASSES = 3;

  /**
   * A network and the shape of its sequences.
   *
   * @param lstms how many of its layers are
   */
  record Net(MultiLayerConfiguration configuration, int features, int time, int lstms) {
    INDArray features(Random random, int samples) {
      float[] values = new float[samples * features * time];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return Nd4j.create(values, new long[] {samples, features, time}, 'c');
    }

    INDArray targets(Random random, int samples) {
      INDArray targets = Nd4j.zeros(DataType.FLOAT, samples, CLASSES, time);
      for (int sample = 0; sample < samples; sample++) {
        for (int step = 0; step < time; step++) {
          targets.putScalar(sample, random.nextInt(CLASSES), step, 1);
        }
      }
      return targets;
    }
  }

  Net next() {
    int features = 1 + random.nextInt(40);
    int time = 1 + random.nextInt(12);
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(random.nextLong()).updater(new Sgd(0.1)).list();
    if (random.nextInt(3) == 0) {
      layers.layer(new DenseLayer.Builder().nOut(size()).activation(Activation.TANH).build());
    }
    int lstms = 1 + random.nextInt(3);
    for (int i = 0; i < lstms; i++) {
      layers.layer(
          new LSTM.Builder()
              .nOut(size())
              .activation(random.nextInt(3) > 0 ? Activation.TANH : Activation.SIGMOID)
              .forgetGateBiasInit(random.nextInt(6) - 1)
              .build());
    }
    layers.layer(
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nOut(CLASSES)
            .build());
    layers.setInputType(InputType.recurrent(features, time));
    return new Net(layers.build(), features, time, lstms);
  }

  private int size() {
    return 1 + random.nextInt(40);
  }
}
