package dev.lockstep.worker.collective.net;

/**
 * How floats look when they are packed. First comes the quantum, a float; then each block of 256
 * floats (the last may be shorter), little-endian:
 *
 * <pre>
 * byte   width of a value in bytes: 0, 1, 2 or 4; plus {@link #FEW} where zeros are left out
 * byte   where zeros are left out: number of values
 * bytes  where zeros are left out: place of each value in the block, ascending
 * values 1 byte: times the quantum; 2: upper half of a float whose lower half is 0; 4: a float
 * </pre>
 *
 * Width 0 says that all floats are 0. A block takes the shortest form that loses no bit.
 */
final class PackedForm {
  static final int BLOCK = 256;
  static final int FEW = 8;

  private PackedForm() {}

  /** Bytes that so many floats take at most. */
  static int most(int floats) {
    return Float.BYTES + floats * Float.BYTES + (floats + BLOCK - 1) / BLOCK;
  }

  /** Floats that take at most so many bytes. */
  static int floatsWithin(int bytes) {
    long blocksOfOne = BLOCK * (bytes - Float.BYTES - 1L);
    return (int) Math.max(1, blocksOfOne / (BLOCK * Float.BYTES + 1));
  }
}
