package dev.lockstep.common.data;

/**
 * A random stream that is a pure function of a key, such as (seed, epoch, lane): the same on every
 * machine, thread and Java version.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014); bounded numbers are drawn by multiplication with rejection (Lemire,
 * "Fast random integer generation in an interval", 2019).
 */
public final class KeyedRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private KeyedRandom(long state) {
    this.state = state;
  }

  /** The stream of a key. */
  public static KeyedRandom of(long... key) {
    return new KeyedRandom(hash(key));
  }

  /** A 64-bit hash of a key, different for keys that differ in any part or in length. */
  public static long hash(long... key) {
    long hash = mix(key.length + GOLDEN_GAMMA);
    for (long part : key) {
      hash = mix(hash + GOLDEN_GAMMA + mix(part));
    }
    return hash;
  }

  long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A number from 0 to {@code bound - 1}, each as likely as the others. */
  int nextInt(int bound) {
    long product = (nextLong() >>> 32) * bound;
    if ((product & 0xFFFFFFFFL) < bound) {
      long threshold = (1L << 32) % bound;
      while ((product & 0xFFFFFFFFL) < threshold) {
        product = (nextLong() >>> 32) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /**
   * The numbers from 0 to {@code size - 1} in random order (Fisher and Yates, as given by
   * Durstenfeld).
   */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }
}
