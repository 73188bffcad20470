package dev.lockstep.worker.collective.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How far the reader of a ring has come: a number in memory that both ends of it see. */
final class Cursor {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer memory;

  /**
   * A cursor, at 0 in memory that is new.
   *
   * @param memory 8 bytes, at an address that is a multiple of 8
   */
  Cursor(ByteBuffer memory) {
    this.memory = memory;
  }

  /** Where the reader is; what it has read before that is behind it. */
  long position() {
    return (long) LONG.getAcquire(memory, 0);
  }

  /** The reader has read all that lies before a position. */
  void moveTo(long position) {
    LONG.setRelease(memory, 0, position);
  }
}
