package dev.lockstep.driver.predict;

import dev.lockstep.common.data.DataSchema;
import java.nio.FloatBuffer;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Outputs of a network for rows of features, by one thread.
 *
 * <p>The network always sees a batch of {@link #CAPACITY} rows, whatever is in the ones left over:
 * matrix products pick their kernels by the shape of a batch, and so a row's outputs have the same
 * bits whichever rows come with it.
 */
final class BatchPredictor {
  static final int CAPACITY = 256;

  private final MultiLayerNetwork network;
  private final INDArray batch;
  private final FloatBuffer features;
  private final int width;

  BatchPredictor(MultiLayerNetwork network, DataSchema schema) {
    this.network = network;
    this.width = schema.input().size();
    this.batch = Nd4j.create(DataType.FLOAT, new long[] {CAPACITY, width}, 'c');
    this.features = batch.data().asNioFloat();
  }

  /**
   * The outputs of up to {@link #CAPACITY} rows, row by row.
   *
   * @param rows as many features each as the schema says
   */
  float[] outputs(List<float[]> rows) {
    for (int i = 0; i < rows.size(); i++) {
      features.put(i * width, rows.get(i), 0, width);
    }
    return network.output(batch, false).dup('c').data().asFloat();
  }

  /** Outputs of one row. */
  int units() {
    return Math.toIntExact(network.layerSize(network.getnLayers() - 1));
  }
}
