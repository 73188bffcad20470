package dev.lockstep.worker.collective.net;

import java.nio.ByteBuffer;

/**
 * Memory that this JVM shares with a peer. The mapping ends when nobody refers to it any more.
 *
 * <pre>
 *    0  what every {@link SharedFile} begins with
 * 1024  long, how far the first ring is read, which the maker writes to
 * 1536  long, frames that the maker has sent
 * 2048  long, how far the second ring is read
 * 2560  long, frames that the other JVM has sent
 * 4096  the rings
 * </pre>
 *
 * @param outgoing payloads that this JVM puts there for the peer
 * @param sent frames that this JVM has sent the peer, wherever their payloads are
 * @param incoming payloads that the peer puts there
 * @param coming frames that the peer has sent
 */
record Window(Outbox outgoing, Cursor sent, Inbox incoming, Cursor coming) {
  private static final int FIRST_CURSOR = 1024;
  private static final int FIRST_SENT = 1536;
  private static final int SECOND_CURSOR = 2048;
  private static final int SECOND_SENT = 2560;

  /** The end of the JVM that has made the file. */
  static Window ofMaker(ByteBuffer file, SharedMemory memory) {
    return new Window(
        new Outbox(ring(file, memory, 0), cursor(file, FIRST_CURSOR), memory.least()),
        cursor(file, FIRST_SENT),
        new Inbox(ring(file, memory, 1), cursor(file, SECOND_CURSOR)),
        cursor(file, SECOND_SENT));
  }

  /** The end of the JVM that has found the file. */
  static Window ofFinder(ByteBuffer file, SharedMemory memory) {
    return new Window(
        new Outbox(ring(file, memory, 1), cursor(file, SECOND_CURSOR), memory.least()),
        cursor(file, SECOND_SENT),
        new Inbox(ring(file, memory, 0), cursor(file, FIRST_CURSOR)),
        cursor(file, FIRST_SENT));
  }

  private static Cursor cursor(ByteBuffer file, int at) {
    return new Cursor(file.slice(at, Long.BYTES));
  }

  private static ByteBuffer ring(ByteBuffer file, SharedMemory memory, int index) {
    return file.slice(SharedMemory.PAGE + index * memory.ring(), memory.ring());
  }
}
