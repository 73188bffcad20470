package dev.lockstep.worker.collective.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How far one JVM has come: a number that grows, in memory that another one sees too. */
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

  /** Where it is; all that was done before it came there is seen by who sees it there. */
  long position() {
    return (long) LONG.getAcquire(memory, 0);
  }

  /** Moves on. */
  void moveTo(long position) {
    LONG.setRelease(memory, 0, position);
  }
}
