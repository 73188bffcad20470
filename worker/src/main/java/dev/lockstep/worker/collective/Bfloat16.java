package dev.lockstep.worker.collective;

/**
 * The upper half of a float32 as a number format: its range, 8 significant bits. Rounds to the
 * nearest, and to the even one of two that are equally near; what is beyond the largest becomes
 * infinite, and NaN stays NaN.
 */
public final class Bfloat16 {
  private static final int KEPT = 0xFFFF_0000;
  private static final int JUST_BELOW_HALF = 0x7FFF;
  private static final int MAGNITUDE = 0x7FFF_FFFF;
  private static final int INFINITY = 0x7F80_0000;
  private static final int QUIET = 0x0040_0000;

  private Bfloat16() {}

  /** The nearest number of the format, as a float. */
  public static float round(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = bits + JUST_BELOW_HALF + ((bits >>> 16) & 1);
    boolean isNaN = (bits & MAGNITUDE) > INFINITY;
    return Float.intBitsToFloat((isNaN ? bits | QUIET : rounded) & KEPT);
  }

  static void round(float[] values, int start, int end) {
    for (int i = start; i < end; i++) {
      values[i] = round(values[i]);
    }
  }
}
