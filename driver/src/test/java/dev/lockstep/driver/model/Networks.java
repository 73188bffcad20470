package dev.lockstep.driver.model;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks for tests. */
public final class Networks {
  static final INDArray FEATURES = Nd4j.linspace(DataType.FLOAT, -1, 0.2, 12).reshape(3, 4);

  /** Of the data that {@link #trained} has seen. */
  public static final DataSchema SCHEMA =
      new DataSchema(
          ElementType.FLOAT32,
          new InputShape.Vector(4),
          List.of("a", "b", "c", "d"),
          new LabelSchema.Classes("kind", List.of("x", "y", "z")),
          ElementScaling.NONE);

  private Networks() {}

  /** 4 inputs, 3 classes, a few steps of Adam behind it. */
  public static MultiLayerNetwork trained(long seed) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(0.01))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(4)
                        .nOut(5)
                        .weightInit(new NormalDistribution(0, 0.5))
                        .dropOut(0.5)
                        .build())
                .layer(new BatchNormalization.Builder().nIn(5).nOut(5).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(5)
                        .nOut(3)
                        .build())
                .build());
    network.init();
    for (int step = 0; step < 3; step++) {
      network.fit(FEATURES, Nd4j.eye(3).castTo(DataType.FLOAT));
    }
    return network;
  }
}
