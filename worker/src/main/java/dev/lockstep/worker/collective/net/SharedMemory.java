package dev.lockstep.worker.collective.net;

import java.nio.file.Path;

/**
 * Where and how much memory a JVM shares with each peer of its host.
 *
 * @param folder of a file system in memory, which both see
 * @param ring bytes of payloads in each direction that may wait for their reader; whole pages
 * @param least bytes of a payload that goes through shared memory; shorter ones go with their
 *     header
 */
public record SharedMemory(Path folder, int ring, int least) {
  /** Bytes of a page. */
  static final int PAGE = 4096;

  /** A round of a ring finds room for more than one of a socket, and stays in the cache. */
  public static final SharedMemory DEFAULT =
      new SharedMemory(Path.of("/dev/shm"), 1 << 20, 1 << 14);

  public SharedMemory {
    if (ring <= 0 || ring % PAGE != 0 || least < 1) {
      throw new IllegalArgumentException(
          "Invalid shared memory: a ring of %d bytes for payloads of at least %d bytes"
              .formatted(ring, least));
    }
  }

  /** Bytes of the file of a pair: its first page, and a ring in each direction. */
  int fileBytes() {
    return Math.addExact(PAGE, Math.multiplyExact(2, ring));
  }
}
