package dev.lockstep.worker.compute.lean;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.run.ComputePath;
import dev.lockstep.worker.network.LayerSlot;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.StackConfiguration;
import dev.lockstep.worker.network.StackNetwork;
import java.util.Random;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Stacks of two LSTMs, plain and exchanged, and sequences for them. */
final class LstmStacks {
  static final long SEED = 20261121;
  static final int FEATURES = 5;
  static final int UNITS = 7;
  static final int TIME = 9;
  static final int SAMPLES = 6;

  private final Random random;

  LstmStacks(Random random) {
    this.random = random;
  }

  /** The LSTMs that were exchanged. */
  static int exchange(Network network) {
    network.makeGradient();
    int exchanged = 0;
    for (LayerSlot slot : network.slots()) {
      if (slot.layer().get().getClass() == org.deeplearning4j.nn.layers.recurrent.LSTM.class) {
        assertThat(LeanLayers.obstacle(slot)).isEmpty();
        assertThat(LeanLayers.exchange(slot)).isEqualTo(ComputePath.LEAN);
        assertThat(slot.layer().get()).isInstanceOf(LeanLstm.class);
        exchanged++;
      }
    }
    return exchanged;
  }

  static StackNetwork network(MultiLayerConfiguration configuration) {
    return (StackNetwork) new StackConfiguration(configuration).network();
  }

  static StackNetwork lean(MultiLayerConfiguration configuration) {
    StackNetwork network = network(configuration);
    assertThat(exchange(network)).isEqualTo(2);
    return network;
  }

  static NeuralNetConfiguration.ListBuilder stack() {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Sgd(0.1))
        .list()
        .layer(new LSTM.Builder().activation(Activation.TANH).nOut(UNITS).build())
        .layer(new LSTM.Builder().nOut(UNITS).build())
        .layer(output())
        .setInputType(InputType.recurrent(FEATURES, TIME));
  }

  static RnnOutputLayer output() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(3)
        .build();
  }

  static MultiLayerConfiguration backprop(NeuralNetConfiguration.ListBuilder stack) {
    return stack.build();
  }

  static MultiLayerConfiguration truncated(NeuralNetConfiguration.ListBuilder stack) {
    return stack.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(4).build();
  }

  INDArray sequences(int samples) {
    INDArray sequences = Nd4j.create(samples, FEATURES, TIME);
    for (int i = 0; i < sequences.length(); i++) {
      sequences.putScalar(i, random.nextGaussian());
    }
    return sequences;
  }

  INDArray targets(int samples) {
    INDArray targets = Nd4j.zeros(samples, 3, TIME);
    for (int sample = 0; sample < samples; sample++) {
      for (int time = 0; time < TIME; time++) {
        targets.putScalar(sample, random.nextInt(3), time, 1);
      }
    }
    return targets;
  }
}
