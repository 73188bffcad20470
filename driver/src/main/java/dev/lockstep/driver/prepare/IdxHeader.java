package dev.lockstep.driver.prepare;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;

/**
 * The head of an IDX file of bytes: two zero bytes, the type of its elements (8), the number of
 * dimensions, and the size of each as a big-endian 32-bit integer.
 *
 * <p>Source: <a href="http://yann.lecun.com/exdb/mnist/">Y. LeCun, C. Cortes, C. Burges: The MNIST
 * database</a>.
 *
 * @param items images or labels in the file
 * @param height rows of an image; 1 for labels
 * @param width columns of an image; 1 for labels
 */
record IdxHeader(int bytes, int items, int height, int width) implements Serializable {
  static final int IMAGES = 0x00000803;
  static final int LABELS = 0x00000801;

  /**
   * @param magic {@link #IMAGES} or {@link #LABELS}
   */
  static IdxHeader read(InputStream in, int magic, String path) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      int found = data.readInt();
      if (found != magic) {
        throw refusal(path, "it starts with 0x%08x, not 0x%08x".formatted(found, magic));
      }
      return magic == LABELS
          ? checked(new IdxHeader(8, data.readInt(), 1, 1), path)
          : checked(new IdxHeader(16, data.readInt(), data.readInt(), data.readInt()), path);
    } catch (EOFException e) {
      throw refusal(
          path, "it ends within its header of %d bytes".formatted(magic == LABELS ? 8 : 16));
    }
  }

  int itemBytes() {
    return height * width;
  }

  /** Length of the whole file. */
  long fileBytes() {
    return bytes + (long) items * itemBytes();
  }

  private static IdxHeader checked(IdxHeader header, String path) {
    long pixels = (long) header.height * header.width;
    if (header.items < 0 || header.height <= 0 || header.width <= 0 || pixels > 1 << 26) {
      throw refusal(
          path,
          "its header tells of %d items of %d x %d bytes"
              .formatted(header.items, header.height, header.width));
    }
    return header;
  }

  static LockstepException refusal(String path, String reason) {
    return new LockstepException(
        FailureKind.DATA, "Cannot read IDX file %s: %s".formatted(path, reason));
  }

  LockstepException wrongLength(String path, long found) {
    return refusal(
        path, "expected %d bytes (%d items), found %d".formatted(fileBytes(), items, found));
  }
}
