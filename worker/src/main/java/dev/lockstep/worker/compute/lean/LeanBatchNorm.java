package dev.lockstep.worker.compute.lean;

import java.lang.reflect.Field;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNBatchNormHelper;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;

/** DL4J's batch normalisation on oneDNN. */
final class LeanBatchNorm extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  LeanBatchNorm(NeuralNetConfiguration configuration, DataType type) {
    super(configuration, type);
    try {
      Field helper = BatchNormalization.class.getDeclaredField("helper");
      helper.setAccessible(true);
      helper.set(this, new MKLDNNBatchNormHelper(type));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot give batch normalisation its helper", e);
    }
  }
}
