package dev.lockstep.driver.prepare;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A sample as the bytes that a shard holds of it, little-endian: the features (bytes or floats),
 * then the label (int or float).
 */
final class SampleEncoder {
  static final int LABEL_BYTES = 4;

  private SampleEncoder() {}

  /**
   * @param row the features (binary or array of float) at index 1, the label at index 2
   */
  static byte[] encode(Row row) {
    return row.get(1) instanceof byte[] pixels
        ? encodePixels(pixels, row)
        : encodeFloats(row.getList(1), row);
  }

  private static byte[] encodePixels(byte[] pixels, Row row) {
    byte[] sample = new byte[pixels.length + LABEL_BYTES];
    putLabel(littleEndian(sample).put(pixels), row);
    return sample;
  }

  private static byte[] encodeFloats(List<Float> features, Row row) {
    byte[] sample = new byte[features.size() * Float.BYTES + LABEL_BYTES];
    ByteBuffer buffer = littleEndian(sample);
    features.forEach(buffer::putFloat);
    putLabel(buffer, row);
    return sample;
  }

  private static void putLabel(ByteBuffer sample, Row row) {
    if (row.get(2) instanceof Integer index) {
      sample.putInt(index);
    } else {
      sample.putFloat(row.getFloat(2));
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
