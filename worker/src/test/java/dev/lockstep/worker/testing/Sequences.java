package dev.lockstep.worker.testing;

import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small recurrent networks for three classes, that read 12 elements as 3 steps of 4. */
public enum Sequences {
  LSTM,
  BIDIRECTIONAL,
  LAST_STEP,
  TRUNCATED;

  public MultiLayerConfiguration configuration() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .updater(new Adam(0.01))
            .weightInit(WeightInit.XAVIER)
            .list();
    layers().forEach(list::layer);
    list.inputPreProcessor(0, new ReshapePreprocessor(new long[] {12}, new long[] {4, 3}, false));
    MultiLayerConfiguration configuration = list.build();
    if (this == TRUNCATED) { // set later: the builder refuses layers that need whole sequences
      configuration.setBackpropType(BackpropType.TruncatedBPTT);
      configuration.setTbpttFwdLength(2);
      configuration.setTbpttBackLength(2);
    }
    return configuration;
  }

  private List<Layer> layers() {
    return switch (this) {
      case LSTM, TRUNCATED ->
          List.of(lstm(4), lstm(6), new GlobalPoolingLayer.Builder().build(), output());
      case BIDIRECTIONAL ->
          List.of(
              new Bidirectional(Bidirectional.Mode.ADD, lstm(4)),
              lstm(6),
              new GlobalPoolingLayer.Builder().build(),
              output());
      case LAST_STEP -> List.of(lstm(4), new LastTimeStep(lstm(6)), output());
    };
  }

  private static LSTM lstm(int inputs) {
    return new LSTM.Builder().nIn(inputs).nOut(6).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(6)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
