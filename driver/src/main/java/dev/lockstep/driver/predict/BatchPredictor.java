package dev.lockstep.driver.predict;

import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.network.Network;
import java.util.List;

/** Outputs of a network for rows of features, by one thread: those of plain Deeplearning4j. */
final class BatchPredictor {
  /** Rows of one forward pass. */
  static final int CAPACITY = 256;

  private final Network network;
  private final ReplicaBatch batch;

  /**
   * @param batch takes {@link #CAPACITY} samples to this network
   */
  BatchPredictor(Network network, ReplicaBatch batch) {
    this.network = network;
    this.batch = batch;
  }

  /**
   * The outputs of some rows, row by row.
   *
   * @param rows at most {@link #CAPACITY}, each with as many features as the schema says
   */
  float[] outputs(List<float[]> rows) {
    if (rows.isEmpty()) {
      return new float[0];
    }
    int start = 0;
    for (float[] row : rows) {
      batch.features().put(start, row);
      start += row.length;
    }
    batch.filled(rows.size());
    return network.output(batch.inputs()).dup('c').data().asFloat();
  }

  /** Outputs of one row. */
  int units() {
    return network.outputUnits().get(0);
  }
}
