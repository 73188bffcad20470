package dev.lockstep.worker.compute.lean;

import dev.lockstep.common.run.ComputePath;
import dev.lockstep.worker.network.LayerSlot;
import dev.lockstep.worker.network.LayerSlot.Feed;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.nd4j.linalg.api.buffer.DataType;

/** Exchanges layers of a network for lean ones. */
public final class LeanLayers {
  private LeanLayers() {}

  /** Why a layer cannot be exchanged; empty where it can. */
  public static Optional<String> obstacle(LayerSlot slot) {
    Layer layer = slot.layer().get();
    if (standIn(layer, slot.feed()).isEmpty()) {
      return Optional.of("only DL4J computes this kind of layer by itself");
    }
    return layer.conf().getLayer() instanceof BaseLayer configured
        ? obstacle(configured)
        : Optional.empty();
  }

  private static Optional<String> obstacle(BaseLayer layer) {
    if (layer instanceof org.deeplearning4j.nn.conf.layers.ConvolutionLayer convolution
        && convolution.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
      return Optional.of("DL4J's oneDNN errs on images with the channels last");
    }
    if (layer.getIDropout() != null || layer.getWeightNoise() != null) {
      return Optional.of("it has dropout or weight noise");
    }
    if (layer instanceof org.deeplearning4j.nn.conf.layers.LSTM lstm) {
      return LeanLstm.obstacle(lstm);
    }
    return layer instanceof org.deeplearning4j.nn.conf.layers.DenseLayer dense
            && dense.hasLayerNorm()
        ? Optional.of("it has layer normalisation")
        : Optional.empty();
  }

  /**
   * Exchanges a layer without obstacle.
   *
   * @return the path that it is on from here on
   */
  public static ComputePath exchange(LayerSlot slot) {
    Layer before = slot.layer().get();
    Layer after = standIn(before, slot.feed()).orElseThrow();
    after.setIndex(before.getIndex());
    if (before.params() != null) {
      after.setParamsViewArray(before.params());
      after.setParamTable(before.paramTable());
      after.setBackpropGradientsViewArray(before.getGradientsViewArray());
    }
    after.setListeners(before.getListeners());
    after.setIterationCount(before.getIterationCount());
    after.setEpochCount(before.getEpochCount());
    slot.put().accept(after);
    return after instanceof LeanDense || after instanceof LeanLstm
        ? ComputePath.LEAN
        : ComputePath.ONEDNN;
  }

  /** By exact class: what extends a layer of DL4J computes something else. */
  private static Optional<Layer> standIn(Layer layer, Feed feed) {
    NeuralNetConfiguration configuration = layer.conf();
    DataType type = DataType.FLOAT;
    if (layer.getClass() == DenseLayer.class) {
      return Optional.of(new LeanDense(configuration, type, feed));
    } else if (layer.getClass() == ConvolutionLayer.class) {
      return Optional.of(new LeanConvolution(configuration, type, feed));
    } else if (layer.getClass() == LSTM.class) {
      return Optional.of(new LeanLstm(configuration, type, feed));
    } else if (layer.getClass() == SubsamplingLayer.class) {
      return Optional.of(new LeanPooling(configuration, type));
    }
    return layer.getClass() == BatchNormalization.class
        ? Optional.of(new LeanBatchNorm(configuration, type))
        : Optional.empty();
  }
}
