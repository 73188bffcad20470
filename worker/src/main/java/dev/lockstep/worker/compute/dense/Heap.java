package dev.lockstep.worker.compute.dense;

/**
 * Arrays that all layers of a pass use in turn: loops over arrays are vectorised by the JIT
 * compiler, loops over native memory are not.
 */
final class Heap {
  private float[] columns = {};
  private float[] rows = {};

  /** Makes room for a matrix. */
  void reserve(int length) {
    if (columns.length < length) {
      columns = new float[length];
      rows = new float[length];
    }
  }

  /** A matrix column after column. */
  float[] columns() {
    return columns;
  }

  /** A matrix row after row. */
  float[] rows() {
    return rows;
  }
}
