package dev.lockstep.worker.compute.lean;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Stacks of convolution, pooling, batch normalisation and dense layers of any size, with and
 * without strides, dilation, padding and bias, for images in either layout.
 */
record RandomImageNets(Random random) {
  private static final int CLASSES = 4;

  /** A network and the shape of its images. */
  record Net(MultiLayerConfiguration configuration, List<Integer> image) {
    INDArray features(Random random, int samples) {
      long[] shape = {samples, image.get(0), image.get(1), image.get(2)};
      INDArray features = Nd4j.create(shape);
      for (int i = 0; i < features.length(); i++) {
        features.putScalar(i, random.nextGaussian());
      }
      return features;
    }

    INDArray targets(Random random, int samples) {
      INDArray targets = Nd4j.zeros(samples, CLASSES);
      for (int row = 0; row < samples; row++) {
        targets.putScalar(row, random.nextInt(CLASSES), 1);
      }
      return targets;
    }
  }

  Net next() {
    int channels = 1 + random.nextInt(3);
    int height = 9 + random.nextInt(8);
    int width = 9 + random.nextInt(8);
    CNN2DFormat format = random.nextInt(4) == 0 ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(random.nextLong())
            .updater(new Sgd(0.1))
            .list()
            .layer(convolution());
    int more = random.nextInt(4);
    for (int i = 0; i < more; i++) {
      layers.layer(any());
    }
    if (random.nextBoolean()) {
      layers.layer(
          new DenseLayer.Builder().nOut(5 + random.nextInt(20)).activation(hidden()).build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nOut(CLASSES)
            .build());
    layers.setInputType(InputType.convolutional(height, width, channels, format));
    List<Integer> image =
        format == CNN2DFormat.NCHW
            ? List.of(channels, height, width)
            : List.of(height, width, channels);
    return new Net(layers.build(), image);
  }

  private Layer any() {
    return switch (random.nextInt(3)) {
      case 0 -> convolution();
      case 1 -> pooling();
      default -> new BatchNormalization.Builder().build();
    };
  }

  private Layer convolution() {
    ConvolutionLayer.Builder builder =
        new ConvolutionLayer.Builder(1 + random.nextInt(3), 1 + random.nextInt(3))
            .nOut(1 + random.nextInt(8))
            .hasBias(random.nextInt(4) > 0)
            .activation(hidden());
    if (random.nextInt(3) == 0) {
      builder.convolutionMode(ConvolutionMode.Same);
    } else {
      builder
          .convolutionMode(ConvolutionMode.Truncate)
          .padding(random.nextInt(2), random.nextInt(2));
    }
    if (random.nextInt(4) == 0) {
      builder.stride(1 + random.nextInt(2), 1 + random.nextInt(2));
    } else if (random.nextInt(4) == 0) {
      builder.dilation(2, 2);
    }
    return builder.build();
  }

  private Layer pooling() {
    return new SubsamplingLayer.Builder(random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG)
        .kernelSize(2, 2)
        .stride(1, 1)
        .convolutionMode(random.nextBoolean() ? ConvolutionMode.Same : ConvolutionMode.Truncate)
        .build();
  }

  private Activation hidden() {
    return switch (random.nextInt(4)) {
      case 0 -> Activation.RELU;
      case 1 -> Activation.TANH;
      case 2 -> Activation.SIGMOID;
      default -> Activation.IDENTITY;
    };
  }
}
