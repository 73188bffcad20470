package dev.lockstep.driver.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Zip files that are the same, byte for byte, whenever they are made: their entries' times are set
 * in place, since a file may be a good part of the memory that there is.
 */
final class TimelessZip {
  /** The first day that a zip file can tell, 1980-01-01, at midnight. */
  private static final int TIME = 1 << 21 | 1 << 16;

  private TimelessZip() {}

  /**
   * Sets the times.
   *
   * @param zip as {@link java.util.zip.ZipOutputStream} writes it, of fewer than 2^16 entries
   */
  static void clear(byte[] zip) {
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (ZipDirectory.Listed entry : ZipDirectory.read(zip, 1 << 16)) {
      bytes.putInt(entry.time(), TIME);
      bytes.putInt(entry.headerTime(), TIME);
    }
  }
}
