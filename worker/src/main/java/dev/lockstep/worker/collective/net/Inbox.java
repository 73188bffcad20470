package dev.lockstep.worker.collective.net;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/** The reading end of a ring of payloads, which are read in the order in which they were put. */
final class Inbox {
  private final ByteBuffer ring;
  private final Cursor reader;
  private long read;
  private long held;

  Inbox(ByteBuffer ring, Cursor reader) {
    this.ring = ring;
    this.reader = reader;
  }

  /** The position behind a payload: the next page. */
  static long end(long place, int bytes) {
    long last = place + bytes + SharedMemory.PAGE - 1L;
    return last - last % SharedMemory.PAGE;
  }

  /**
   * A payload where it lies, to be read until {@link #release}.
   *
   * @throws ProtocolException where none can lie there
   */
  ByteBuffer payload(long place, int bytes) {
    long start = place % ring.capacity();
    if (place < held || place % SharedMemory.PAGE != 0 || start + bytes > ring.capacity()) {
      throw new ProtocolException("its payload lies outside of shared memory");
    }
    VarHandle.acquireFence(); // the header that told of the payload was read before it
    held = end(place, bytes);
    return ring.slice((int) start, bytes);
  }

  /** Nobody reads any more what was handed out: its memory may be written to. */
  void release() {
    if (read < held) {
      read = held;
      reader.moveTo(read);
    }
  }
}
