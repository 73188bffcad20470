package dev.lockstep.worker.compute.dense;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A matrix in native memory, row after row, as each of those sees it who work on it.
 *
 * @param array for ND4J, [rows, columns]; it owns the memory
 * @param pointer for BLAS
 * @param floats for loops in Java
 * @param bits the same floats as integers
 */
record Rows(INDArray array, FloatPointer pointer, FloatBuffer floats, IntBuffer bits) {
  static Rows allocate(int rows, int columns) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, 'c');
    ByteBuffer bytes = array.data().asNio().order(ByteOrder.nativeOrder());
    return new Rows(
        array, (FloatPointer) array.data().pointer(), bytes.asFloatBuffer(), bytes.asIntBuffer());
  }
}
