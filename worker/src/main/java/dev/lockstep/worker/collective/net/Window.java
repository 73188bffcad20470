package dev.lockstep.worker.collective.net;

import java.nio.ByteBuffer;

/**
 * Memory that this JVM shares with a peer: payloads that it has put there for the peer, and those
 * that the peer has put there. The mapping ends when nobody refers to it any more.
 */
record Window(Outbox outgoing, Inbox incoming) {
  private static final int FIRST_CURSOR = 1024;
  private static final int SECOND_CURSOR = 2048;

  /** The end of the JVM that has made the file. */
  static Window ofMaker(ByteBuffer file, SharedMemory memory) {
    return new Window(
        new Outbox(ring(file, memory, 0), cursor(file, FIRST_CURSOR), memory.least()),
        new Inbox(ring(file, memory, 1), cursor(file, SECOND_CURSOR)));
  }

  /** The end of the JVM that has found the file. */
  static Window ofFinder(ByteBuffer file, SharedMemory memory) {
    return new Window(
        new Outbox(ring(file, memory, 1), cursor(file, SECOND_CURSOR), memory.least()),
        new Inbox(ring(file, memory, 0), cursor(file, FIRST_CURSOR)));
  }

  private static Cursor cursor(ByteBuffer file, int at) {
    return new Cursor(file.slice(at, Long.BYTES));
  }

  private static ByteBuffer ring(ByteBuffer file, SharedMemory memory, int index) {
    return file.slice(SharedMemory.PAGE + index * memory.ring(), memory.ring());
  }
}
