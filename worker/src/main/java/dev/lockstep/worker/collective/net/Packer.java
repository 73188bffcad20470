package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Writes floats in {@link PackedForm}. Belongs to one thread. */
final class Packer {
  private static final int LOWER_HALF = 0xFFFF;

  private final int[] bits = new int[PackedForm.BLOCK];
  private final byte[] places = new byte[PackedForm.BLOCK + 1];
  private final byte[] multiples = new byte[PackedForm.BLOCK];
  private final short[] halves = new short[PackedForm.BLOCK];

  /**
   * Appends the floats of a piece.
   *
   * @param target little-endian, with room for {@link PackedForm#most}
   */
  void pack(FloatVector source, Segment piece, float quantum, ByteBuffer target) {
    target.putFloat(quantum);
    IntBuffer all = source.bytes().asIntBuffer();
    for (int start = piece.start(); start < piece.end(); start += PackedForm.BLOCK) {
      int size = Math.min(PackedForm.BLOCK, piece.end() - start);
      all.get(start, bits, 0, size);
      packBlock(size, quantum, target);
    }
  }

  private void packBlock(int size, float quantum, ByteBuffer target) {
    int union = 0;
    int count = 0;
    for (int i = 0; i < size; i++) {
      union |= bits[i];
      places[count] = (byte) i;
      count += (bits[i] | -bits[i]) >>> 31; // 1 where it is not 0
    }
    int width = width(union, count, quantum);
    int few = 1 + count * (1 + width);
    if (width > 0 && few < size * width) {
      target.put((byte) (width | PackedForm.FEW)).put((byte) count).put(places, 0, count);
      putFew(width, count, target);
    } else {
      target.put((byte) width);
      putAll(width, size, target);
    }
  }

  private int width(int union, int count, float quantum) {
    if (count == 0) {
      return 0;
    }
    if (quantum > 0 && areMultiples(count, quantum)) {
      return Byte.BYTES;
    }
    return (union & LOWER_HALF) == 0 ? Short.BYTES : Integer.BYTES;
  }

  /** Whether all values are; leaves the factors. */
  private boolean areMultiples(int count, float quantum) {
    for (int i = 0; i < count; i++) {
      int value = bits[places[i] & 0xFF];
      byte factor = (byte) Math.round(Float.intBitsToFloat(value) / quantum);
      if (Float.floatToRawIntBits(factor * quantum) != value) {
        return false;
      }
      multiples[i] = factor;
    }
    return true;
  }

  private void putFew(int width, int count, ByteBuffer target) {
    for (int i = 0; i < count; i++) {
      int value = bits[places[i] & 0xFF];
      switch (width) {
        case Byte.BYTES -> target.put(multiples[i]);
        case Short.BYTES -> target.putShort((short) (value >>> 16));
        default -> target.putInt(value);
      }
    }
  }

  private void putAll(int width, int size, ByteBuffer target) {
    switch (width) {
      case 0 -> {}
      case Byte.BYTES -> putMultiples(size, target);
      case Short.BYTES -> putHalves(size, target);
      default -> {
        target.asIntBuffer().put(bits, 0, size);
        target.position(target.position() + size * Integer.BYTES);
      }
    }
  }

  private void putMultiples(int size, ByteBuffer target) {
    for (int i = 0, next = 0; i < size; i++) {
      target.put(bits[i] == 0 ? 0 : multiples[next++]);
    }
  }

  private void putHalves(int size, ByteBuffer target) {
    for (int i = 0; i < size; i++) {
      halves[i] = (short) (bits[i] >>> 16);
    }
    target.asShortBuffer().put(halves, 0, size);
    target.position(target.position() + size * Short.BYTES);
  }
}
