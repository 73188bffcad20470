package dev.lockstep.worker.collective;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Arithmetic over buffers, chunk by chunk through arrays: loops over arrays are vectorised by the
 * JIT compiler, loops over direct buffers are not.
 */
public final class FloatChunks {
  static final int SIZE = 4096;

  private final float[] left = new float[SIZE];
  private final float[] right = new float[SIZE];

  /** {@code target += addend} over the first {@code length} floats, and the sum rounded. */
  void add(FloatBuffer target, FloatBuffer addend, int length, Rounding rounding) {
    for (int start = 0; start < length; start += SIZE) {
      int size = Math.min(SIZE, length - start);
      target.get(start, left, 0, size);
      addend.get(start, right, 0, size);
      add(left, right, size);
      rounding.apply(left, start, size);
      target.put(start, left, 0, size);
    }
  }

  /** {@code target = source} over the first {@code length} floats, rounded. */
  void copy(FloatBuffer target, FloatBuffer source, int length, Rounding rounding) {
    for (int start = 0; start < length; start += SIZE) {
      int size = Math.min(SIZE, length - start);
      source.get(start, left, 0, size);
      rounding.apply(left, start, size);
      target.put(start, left, 0, size);
    }
  }

  /** Zeros the first {@code length} floats. */
  void clear(FloatBuffer target, int length) {
    Arrays.fill(left, 0);
    for (int start = 0; start < length; start += SIZE) {
      target.put(start, left, 0, Math.min(SIZE, length - start));
    }
  }

  /** Multiplies every float of a buffer. */
  public void scale(FloatBuffer target, float factor) {
    for (int start = 0; start < target.capacity(); start += SIZE) {
      int size = Math.min(SIZE, target.capacity() - start);
      target.get(start, left, 0, size);
      for (int i = 0; i < size; i++) {
        left[i] *= factor;
      }
      target.put(start, left, 0, size);
    }
  }

  static void add(float[] target, float[] addend, int size) {
    for (int i = 0; i < size; i++) {
      target[i] += addend[i];
    }
  }
}
