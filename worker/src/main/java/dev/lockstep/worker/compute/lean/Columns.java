package dev.lockstep.worker.compute.lean;

import dev.lockstep.worker.compute.blas.Gemm;
import dev.lockstep.worker.compute.blas.Gemm.Operand;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A matrix in native memory, column after column, as BLAS takes it.
 *
 * @param pointer to the first element
 * @param rows as it lies in memory
 * @param columns as it lies in memory
 * @param operand whether it stands for its transpose
 */
record Columns(FloatPointer pointer, int rows, int columns, Operand operand) {
  /** A matrix as it lies in memory. */
  static Columns at(FloatPointer pointer, int rows, int columns) {
    return new Columns(pointer, rows, columns, Operand.AS_IT_LIES);
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
    return new Columns(pointer, rows, columns, operand.transpose());
  }

  /** Leaves the product of two matrices here. */
  void assign(Columns left, Columns right) {
    new Gemm(left.operand, right.operand)
        .assign(rows, columns, left.inner(), left.pointer, right.pointer, pointer);
  }

  /** Adds the product of two matrices. */
  void add(Columns left, Columns right) {
    new Gemm(left.operand, right.operand)
        .add(rows, columns, left.inner(), left.pointer, right.pointer, pointer);
  }

  /** What is added up where it is the left one. */
  private int inner() {
    return operand == Operand.TRANSPOSED ? rows : columns;
  }
}
