package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/** Reads floats in {@link PackedForm}; anything may have come. Belongs to one thread. */
final class Unpacker {
  private final int[] bits = new int[PackedForm.BLOCK];
  private final byte[] places = new byte[PackedForm.BLOCK];
  private final short[] halves = new short[PackedForm.BLOCK];

  /**
   * Takes the next floats.
   *
   * @param source little-endian
   * @param target takes them from float {@code start} on
   * @throws ProtocolException where the bytes are no such floats
   */
  void unpack(ByteBuffer source, FloatVector target, int start, int floats) {
    require(source.remaining() >= Float.BYTES);
    float quantum = source.getFloat();
    IntBuffer all = target.bytes().asIntBuffer();
    for (int done = 0; done < floats; done += PackedForm.BLOCK) {
      int size = Math.min(PackedForm.BLOCK, floats - done);
      unpackBlock(source, size, quantum);
      all.put(start + done, bits, 0, size);
    }
  }

  /** Refuses bytes that are left over. */
  static void requireEnd(ByteBuffer source) {
    require(!source.hasRemaining());
  }

  private void unpackBlock(ByteBuffer source, int size, float quantum) {
    require(source.hasRemaining());
    int form = source.get();
    int width = form & ~PackedForm.FEW;
    require(width == 0 ? form == 0 : width == 1 || width == 2 || width == 4);
    if (width == 0) {
      Arrays.fill(bits, 0, size, 0);
    } else if (form == width) {
      require(source.remaining() >= size * width);
      takeValues(source, width, size, quantum);
    } else {
      takeFew(source, width, size, quantum);
    }
  }

  private void takeFew(ByteBuffer source, int width, int size, float quantum) {
    require(source.hasRemaining());
    int count = source.get() & 0xFF;
    require(source.remaining() >= count * (1 + width) && count <= size);
    source.get(places, 0, count);
    takeValues(source, width, count, quantum);
    Arrays.fill(bits, count, size, 0);
    int end = size;
    for (int i = count - 1; i >= 0; i--) { // a place is never before its value's own
      int place = places[i] & 0xFF;
      require(place < end && place >= i);
      int value = bits[i];
      bits[i] = 0;
      bits[place] = value;
      end = place;
    }
  }

  private void takeValues(ByteBuffer source, int width, int count, float quantum) {
    switch (width) {
      case Byte.BYTES -> {
        for (int i = 0; i < count; i++) {
          bits[i] = Float.floatToRawIntBits(source.get() * quantum);
        }
      }
      case Short.BYTES -> takeHalves(source, count);
      default -> {
        source.asIntBuffer().get(bits, 0, count);
        source.position(source.position() + count * Integer.BYTES);
      }
    }
  }

  private void takeHalves(ByteBuffer source, int count) {
    source.asShortBuffer().get(halves, 0, count);
    source.position(source.position() + count * Short.BYTES);
    for (int i = 0; i < count; i++) {
      bits[i] = halves[i] << 16;
    }
  }

  private static void require(boolean isTrue) {
    if (!isTrue) {
      throw new ProtocolException("its floats cannot be unpacked");
    }
  }
}
