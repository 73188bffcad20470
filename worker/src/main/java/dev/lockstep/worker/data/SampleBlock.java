package dev.lockstep.worker.data;

import java.nio.FloatBuffer;

/**
 * The decoded samples of one block.
 *
 * <p>Features are kept as they are stored, so that a block of bytes takes a quarter of the memory
 * of a block of floats, and become network input when they are copied out.
 */
final class SampleBlock {
  private final int width;
  private final byte[] bytes;
  private final float[] floats;
  private final float[] labels;
  private final float[] inputOfByte;

  private SampleBlock(
      int width, byte[] bytes, float[] floats, float[] labels, float[] inputOfByte) {
    this.width = width;
    this.bytes = bytes;
    this.floats = floats;
    this.labels = labels;
    this.inputOfByte = inputOfByte;
  }

  /**
   * @param inputOfByte the network's input for each of the 256 values of a stored byte
   */
  static SampleBlock ofBytes(int width, byte[] features, float[] labels, float[] inputOfByte) {
    return new SampleBlock(width, features, new float[0], labels, inputOfByte);
  }

  static SampleBlock ofFloats(int width, float[] features, float[] labels) {
    return new SampleBlock(width, new byte[0], features, labels, new float[0]);
  }

  /** Bytes of heap, about. */
  long weight() {
    return bytes.length + Float.BYTES * ((long) floats.length + labels.length);
  }

  float label(int row) {
    return labels[row];
  }

  /** Copies the features of a row to {@code target} from index {@code at} on. */
  void copyFeatures(int row, FloatBuffer target, int at, float[] scratch) {
    int start = row * width;
    if (bytes.length == 0) {
      target.put(at, floats, start, width);
      return;
    }
    for (int i = 0; i < width; i++) {
      scratch[i] = inputOfByte[bytes[start + i] & 0xFF];
    }
    target.put(at, scratch, 0, width);
  }
}
