package dev.lockstep.worker.compute.lean;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A matrix in native memory, column after column, as BLAS takes it.
 *
 * @param pointer to the first element
 * @param rows as it lies in memory
 * @param columns as it lies in memory
 * @param turned whether it stands for its transpose
 */
record Columns(FloatPointer pointer, int rows, int columns, int turned) {
  /** A matrix as it lies in memory. */
  static Columns at(FloatPointer pointer, int rows, int columns) {
    return new Columns(pointer, rows, columns, CblasNoTrans);
  }

  /** A parameter, or the gradient of one, in its network's flat vector. */
  static Columns of(INDArray view) {
    FloatPointer pointer = new FloatPointer(view.data().pointer()).position(view.offset());
    return at(pointer, Math.toIntExact(view.size(0)), Math.toIntExact(view.size(1)));
  }

  /** An array without gaps as Java sees it, from its first element on, while it exists. */
  static FloatBuffer floats(INDArray array) {
    FloatPointer pointer = new FloatPointer(array.data().pointer());
    return pointer.position(array.offset()).limit(array.offset() + array.length()).asBuffer();
  }

  /** The transpose, of the same memory. */
  Columns transpose() {
    return new Columns(pointer, rows, columns, turned == CblasTrans ? CblasNoTrans : CblasTrans);
  }

  /** Leaves the product of two matrices here. */
  void assign(Columns left, Columns right) {
    product(left, right, 0f);
  }

  /** Adds the product of two matrices. */
  void add(Columns left, Columns right) {
    product(left, right, 1f);
  }

  private void product(Columns left, Columns right, float kept) {
    cblas_sgemm(
        CblasColMajor,
        left.turned,
        right.turned,
        rows,
        columns,
        left.turned == CblasTrans ? left.rows : left.columns,
        1f,
        left.pointer,
        left.rows,
        right.pointer,
        right.rows,
        kept,
        pointer,
        rows);
  }
}
