package dev.lockstep.worker.combine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** The contribution of a lane that has no samples left; memory is taken when it is first needed. */
final class ZeroVector {
  private final int length;
  private FloatBuffer zeros = FloatBuffer.allocate(0);

  ZeroVector(int length) {
    this.length = length;
  }

  FloatBuffer floats() {
    if (zeros.capacity() < length) {
      zeros =
          ByteBuffer.allocateDirect(Math.multiplyExact(length, Float.BYTES))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }
    return zeros;
  }
}
