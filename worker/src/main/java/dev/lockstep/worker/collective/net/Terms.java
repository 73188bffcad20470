package dev.lockstep.worker.collective.net;

import java.nio.ByteBuffer;

/**
 * What a JVM tells each peer of all its connections for vectors, so that all agree.
 *
 * @param room bytes that each of them takes although nobody reads
 * @param shareMemory whether vectors go through memory on each of them
 */
record Terms(int room, boolean shareMemory) {
  static final int BYTES = Integer.BYTES + 1;

  /**
   * The terms in {@link #BYTES} bytes.
   *
   * @throws ProtocolException where the room is less than a page
   */
  static Terms of(byte[] bytes) {
    ByteBuffer told = ByteBuffer.wrap(bytes);
    Terms terms = new Terms(told.getInt(), told.get() == 1);
    if (terms.room < SharedMemory.PAGE) {
      throw new ProtocolException(
          "it takes %d bytes at a time (at least %d are needed)"
              .formatted(terms.room, SharedMemory.PAGE));
    }
    return terms;
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putInt(room).put((byte) (shareMemory ? 1 : 0)).array();
  }

  /** What holds for the connections of both JVMs. */
  Terms and(Terms other) {
    return new Terms(Math.min(room, other.room), shareMemory && other.shareMemory);
  }
}
