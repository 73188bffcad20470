package dev.lockstep.driver.model;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Checks that the bytes of an ND4J array hold what its header says: native code reads as far as the
 * header's shape goes, whatever the length of the data.
 *
 * <p>The form is that of {@code Nd4j.write}: a buffer of shape information (rank, shape, strides,
 * three more), then the buffer of data. A buffer is its allocation mode, length and type, then its
 * elements, big-endian.
 */
final class ArrayScan {
  private static final Set<String> MODES = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");
  private static final Set<DataType> TYPES = Set.of(DataType.FLOAT, DataType.DOUBLE);
  private static final int MAX_RANK = 2;

  private ArrayScan() {}

  static void check(byte[] array, String entry, String origin) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(array))) {
      long reach = reach(in);
      Header data = Header.read(in);
      if (!TYPES.contains(data.type)
          || reach != data.length
          || reach > Integer.MAX_VALUE
          || in.available() != data.length * data.type.width()) {
        throw new IOException(
            "its header tells of %d elements of %s in %d bytes, its shape of %d elements"
                .formatted(data.length, data.type, in.available(), reach));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw NetworkArchive.refused(
          origin, "entry '%s' is damaged (%s)".formatted(entry, e.getMessage()), e);
    }
  }

  /** The elements that the shape spans in memory, which has no gaps in a written array. */
  private static long reach(DataInputStream in) throws IOException {
    Header header = Header.read(in);
    long rank = in.readLong();
    if (header.type != DataType.INT64
        || rank < 1
        || rank > MAX_RANK
        || header.length != 2 * rank + 4) {
      throw new IOException("its shape is not that of a vector");
    }
    long[] shapeAndStrides = new long[2 * (int) rank];
    for (int i = 0; i < shapeAndStrides.length; i++) {
      shapeAndStrides[i] = in.readLong();
    }
    in.skipNBytes(3 * Long.BYTES);
    long last = 0;
    long elements = 1;
    for (int i = 0; i < rank; i++) {
      long size = shapeAndStrides[i];
      long stride = shapeAndStrides[i + (int) rank];
      if (size < 1 || size > Integer.MAX_VALUE || stride < 1 || stride > Integer.MAX_VALUE) {
        throw new IOException("its shape is not that of a vector");
      }
      last += (size - 1) * stride;
      elements *= size;
    }
    return last + 1 == elements ? elements : -1;
  }

  /** What stands in front of the elements of a buffer. */
  private record Header(long length, DataType type) {
    static Header read(DataInputStream in) throws IOException {
      String mode = in.readUTF();
      if (!MODES.contains(mode)) {
        throw new IOException("unknown allocation mode " + mode);
      }
      return new Header(in.readLong(), DataType.valueOf(in.readUTF()));
    }
  }
}
