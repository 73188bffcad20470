package dev.lockstep.worker.compute.lean;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNSubsamplingHelper;
import org.nd4j.linalg.api.buffer.DataType;

/** DL4J's pooling on oneDNN. */
final class LeanPooling extends SubsamplingLayer {
  private static final long serialVersionUID = 1L;

  LeanPooling(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
    this.helper = new MKLDNNSubsamplingHelper(type);
  }
}
