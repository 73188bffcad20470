package dev.lockstep.worker.collective.net;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * The writing end of a ring of payloads. Positions count on without end; a payload begins at a page
 * and lies in one piece. It stays untouched until the reader's cursor is behind it.
 */
final class Outbox {
  private final ByteBuffer ring;
  private final Cursor reader;
  private final int least;
  private long next;

  /**
   * A ring that is empty.
   *
   * @param least bytes that are worth the way
   */
  Outbox(ByteBuffer ring, Cursor reader, int least) {
    this.ring = ring;
    this.reader = reader;
    this.least = least;
  }

  /**
   * Bytes that the payloads of a round, two at most, may have together so that they are sure to
   * find room although nobody has read those of the round before: a third of the ring for each of
   * the two rounds and for an end of the ring that is too short for a payload, less what four
   * payloads leave free of their last pages. Not positive where the ring is too short for that.
   */
  int room() {
    return ring.capacity() / 3 - 3 * SharedMemory.PAGE;
  }

  /** Whether a payload may be found in the ring. */
  boolean mayTake(int bytes) {
    return bytes >= least;
  }

  /**
   * Copies a payload into the ring.
   *
   * @param bytes of all parts
   * @return where it lies; nowhere if it is too short, or the ring has no room for it
   * @throws ProtocolException where the reader is where it cannot be
   */
  OptionalLong put(int bytes, List<ByteBuffer> parts) {
    if (!mayTake(bytes) || bytes > ring.capacity()) {
      return OptionalLong.empty();
    }
    long place = placeFor(bytes);
    long end = Inbox.end(place, bytes);
    long read = reader.position();
    if (read < 0 || read > next) {
      throw new ProtocolException(
          "it has read %d bytes of shared memory, of %d".formatted(read, next));
    }
    if (read < next && end - read > ring.capacity()) {
      return OptionalLong.empty();
    }
    ByteBuffer target = ring.slice((int) (place % ring.capacity()), bytes);
    parts.forEach(part -> target.put(part.duplicate()));
    next = end;
    VarHandle.releaseFence(); // the header that tells of the payload is written after it
    return OptionalLong.of(place);
  }

  /** The next page, or the start of the ring where the rest of it is too short. */
  private long placeFor(int bytes) {
    long rest = ring.capacity() - next % ring.capacity();
    return bytes <= rest ? next : next + rest;
  }
}
