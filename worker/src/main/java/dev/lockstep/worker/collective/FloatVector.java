package dev.lockstep.worker.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Floats in memory outside the heap, which arithmetic sees as floats and the wire as bytes. All
 * access is by index: positions and limits are nobody's business.
 *
 * @param bytes direct, in native order
 * @param floats the same memory
 */
public record FloatVector(ByteBuffer bytes, FloatBuffer floats) {

  /** A vector of zeros. */
  public static FloatVector allocate(int length) {
    return over(ByteBuffer.allocateDirect(Math.multiplyExact(length, Float.BYTES)));
  }

  /**
   * The whole of some direct memory as a vector.
   *
   * @throws IllegalArgumentException where the memory is on the heap
   */
  public static FloatVector over(ByteBuffer memory) {
    if (!memory.isDirect()) {
      throw new IllegalArgumentException("Invalid memory for a vector: it is on the heap");
    }
    ByteBuffer bytes = memory.duplicate().clear().order(ByteOrder.nativeOrder());
    return new FloatVector(bytes, bytes.asFloatBuffer());
  }

  /** Some neighbouring floats of this vector, in the same memory. */
  public FloatVector slice(int start, int length) {
    return over(bytes.slice(start * Float.BYTES, length * Float.BYTES));
  }

  /** All floats of the vector. */
  public Span whole() {
    return new Span(0, length());
  }

  /** Floats of the vector. */
  public int length() {
    return floats.capacity();
  }
}
