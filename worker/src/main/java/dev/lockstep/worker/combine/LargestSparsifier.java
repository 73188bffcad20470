package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Span;
import java.util.Arrays;

/**
 * Exchanges the largest elements of each section, by magnitude; of equal ones those that come first
 * (Aji and Heafield, "Sparse communication for distributed gradient descent", 2017).
 */
final class LargestSparsifier implements Sparsifier {
  private static final int MAGNITUDE = 0x7FFF_FFFF;
  private static final int HALF = 16;

  private final double fraction;
  private final Rounder rounder;
  private final int[] counts = new int[1 << HALF];

  /** What becomes of a number before it is exchanged. */
  @FunctionalInterface
  interface Rounder {
    float round(float value);
  }

  /**
   * @param fraction of a section's elements, rounded up
   */
  LargestSparsifier(double fraction, Rounder rounder) {
    this.fraction = fraction;
    this.rounder = rounder;
  }

  @Override
  public float quantum(int samples) {
    return 0;
  }

  @Override
  public void choose(float[] pending, FloatVector gradient, Span section, int samples) {
    float unit = 1f / samples;
    for (int i = section.start(); i < section.end(); i++) {
      pending[i] += gradient.floats().get(i) * unit;
    }
    int most = (int) Math.ceil(fraction * section.length());
    Cut cut = cut(pending, section, most);
    int ofEqual = cut.ofEqual;
    for (int i = section.start(); i < section.end(); i++) {
      int magnitude = magnitude(pending[i]);
      float chosen = 0;
      if (magnitude > cut.magnitude || (magnitude == cut.magnitude && ofEqual-- > 0)) {
        chosen = rounder.round(pending[i] * samples);
        pending[i] -= chosen * unit;
      }
      gradient.floats().put(i, chosen);
    }
  }

  /**
   * Where the largest elements end.
   *
   * @param magnitude of the smallest of them, as bits
   * @param ofEqual how many of that magnitude are among them
   */
  private record Cut(int magnitude, int ofEqual) {}

  /**
   * Counts magnitudes by their upper halves, then those with the one where the cut lies by their
   * lower halves. The bits of magnitudes are in the order of their numbers, NaN last.
   */
  private Cut cut(float[] pending, Span section, int most) {
    Arrays.fill(counts, 0);
    for (int i = section.start(); i < section.end(); i++) {
      counts[magnitude(pending[i]) >>> HALF]++;
    }
    Cut upper = fromTheTop(most);
    Arrays.fill(counts, 0);
    for (int i = section.start(); i < section.end(); i++) {
      int magnitude = magnitude(pending[i]);
      if (magnitude >>> HALF == upper.magnitude) {
        counts[magnitude & 0xFFFF]++;
      }
    }
    Cut lower = fromTheTop(upper.ofEqual);
    return new Cut(upper.magnitude << HALF | lower.magnitude, lower.ofEqual);
  }

  /** The highest number above which there are fewer than so many, and how many of it are left. */
  private Cut fromTheTop(int most) {
    int number = counts.length - 1;
    int left = most;
    while (number > 0 && counts[number] < left) {
      left -= counts[number--];
    }
    return new Cut(number, left);
  }

  private static int magnitude(float value) {
    return Float.floatToRawIntBits(value) & MAGNITUDE;
  }
}
