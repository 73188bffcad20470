package dev.lockstep.driver.predict;

import dev.lockstep.common.data.DataSchema;
import java.nio.FloatBuffer;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Outputs of a network for rows of features, by one thread: those of plain Deeplearning4j. */
final class BatchPredictor {
  /** Rows of one forward pass. */
  static final int CAPACITY = 256;

  private final MultiLayerNetwork network;
  private final int width;

  BatchPredictor(MultiLayerNetwork network, DataSchema schema) {
    this.network = network;
    this.width = schema.input().size();
  }

  /**
   * The outputs of some rows, row by row.
   *
   * @param rows as many features each as the schema says
   */
  float[] outputs(List<float[]> rows) {
    if (rows.isEmpty()) {
      return new float[0];
    }
    INDArray batch = Nd4j.create(DataType.FLOAT, new long[] {rows.size(), width}, 'c');
    FloatBuffer features = batch.data().asNioFloat();
    rows.forEach(row -> features.put(row, 0, width));
    return network.output(batch, false).dup('c').data().asFloat();
  }

  /** Outputs of one row. */
  int units() {
    return Math.toIntExact(network.layerSize(network.getnLayers() - 1));
  }
}
