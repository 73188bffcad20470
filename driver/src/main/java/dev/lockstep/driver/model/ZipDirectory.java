package dev.lockstep.driver.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory at the end of a zip file in memory. Java's own reader wants a file, and Spark's
 * libraries build objects without a bound from what a hostile file lists.
 *
 * <p>Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.12, 4.3.16 and 4.4.6.
 */
final class ZipDirectory {
  private static final int END_LENGTH = 22;
  private static final int END = 0x06054b50;
  private static final int COUNT = 10;
  private static final int START = 16;

  private static final int LISTED = 0x02014b50;
  private static final int LENGTH = 46;
  private static final int TIME = 12;
  private static final int NAME_LENGTH = 28;
  private static final int EXTRA_LENGTH = 30;
  private static final int COMMENT_LENGTH = 32;
  private static final int HEADER = 42;
  private static final int TIME_IN_HEADER = 10;

  private final ByteBuffer bytes;

  private ZipDirectory(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * What is listed.
   *
   * @param time position of its time
   * @param headerTime position of its time where the entry itself begins
   */
  record Listed(String name, int time, int headerTime) {}

  /**
   * Reads the directory of a file without a comment, and not of the format for more than 4 GiB.
   *
   * @param most entries that are of interest
   * @return at most one more than that
   * @throws IllegalArgumentException where there is none, or it leads out of the file
   */
  static List<Listed> read(byte[] zip, int most) {
    try {
      return new ZipDirectory(ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN)).read(most);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("it leads out of the file", e);
    }
  }

  private List<Listed> read(int most) {
    int end = bytes.capacity() - END_LENGTH;
    require(end, END);
    List<Listed> all = new ArrayList<>();
    int at = bytes.getInt(end + START);
    int count = Math.min(unsigned(end + COUNT), most + 1);
    while (all.size() < count) {
      require(at, LISTED);
      byte[] name = new byte[unsigned(at + NAME_LENGTH)];
      bytes.get(at + LENGTH, name);
      int header = bytes.getInt(at + HEADER);
      all.add(
          new Listed(new String(name, StandardCharsets.UTF_8), at + TIME, header + TIME_IN_HEADER));
      at += LENGTH + name.length + unsigned(at + EXTRA_LENGTH) + unsigned(at + COMMENT_LENGTH);
    }
    return all;
  }

  private void require(int at, int signature) {
    if (bytes.getInt(at) != signature) {
      throw new IllegalArgumentException("it is missing or damaged at byte " + at);
    }
  }

  private int unsigned(int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }
}
