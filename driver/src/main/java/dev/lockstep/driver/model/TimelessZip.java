package dev.lockstep.driver.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Zip files that are the same, byte for byte, whenever they are made: their entries' times are set
 * in place, since a file may be a good part of the memory that there is.
 *
 * <p>Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16 and 4.4.6.
 */
final class TimelessZip {
  private static final int END_LENGTH = 22;
  private static final int END = 0x06054b50;
  private static final int ENTRIES = 10;
  private static final int DIRECTORY = 16;

  private static final int LISTED = 0x02014b50;
  private static final int LISTED_LENGTH = 46;
  private static final int LISTED_TIME = 12;
  private static final int LISTED_VARIABLE = 28;
  private static final int LISTED_HEADER = 42;

  private static final int HEADER_TIME = 10;

  /** The first day that a zip file can tell, 1980-01-01, at midnight. */
  private static final int TIME = 1 << 21 | 1 << 16;

  private TimelessZip() {}

  /**
   * Sets the times.
   *
   * @param zip as {@link java.util.zip.ZipOutputStream} writes it: without a comment, not in the
   *     format for more than 4 GiB
   */
  static void clear(byte[] zip) {
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int end = zip.length - END_LENGTH;
    require(bytes.getInt(end) == END);
    int listed = bytes.getInt(end + DIRECTORY);
    for (int i = 0; i < bytes.getShort(end + ENTRIES); i++) {
      require(bytes.getInt(listed) == LISTED);
      bytes.putInt(listed + LISTED_TIME, TIME);
      bytes.putInt(bytes.getInt(listed + LISTED_HEADER) + HEADER_TIME, TIME);
      int name = bytes.getShort(listed + LISTED_VARIABLE);
      int extra = bytes.getShort(listed + LISTED_VARIABLE + Short.BYTES);
      int comment = bytes.getShort(listed + LISTED_VARIABLE + 2 * Short.BYTES);
      listed += LISTED_LENGTH + name + extra + comment;
    }
  }

  private static void require(boolean whole) {
    if (!whole) {
      throw new IllegalStateException("Cannot set the times of a zip file: not as Java writes it");
    }
  }
}
