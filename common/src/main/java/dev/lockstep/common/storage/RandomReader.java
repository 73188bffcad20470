package dev.lockstep.common.storage;

import java.io.Closeable;
import java.io.IOException;

/** A file that can be read at any position, by one thread at a time. */
public interface RandomReader extends Closeable {
  /**
   * Fills the whole target from a position of the file.
   *
   * @throws IOException when the file ends before the target is full
   */
  void readFully(long position, byte[] target) throws IOException;
}
