package dev.lockstep.worker.collective;

import java.util.List;

/**
 * What becomes of the value of every node of a {@link LaneTree}, be it a lane's vector or a sum of
 * two nodes. As it is the same for each node, it does not matter which rank has computed it, nor
 * whether it has been on the way since.
 */
public final class Rounding {
  /** Values stay as they are. */
  public static final Rounding NONE = new Rounding(List.of());

  private final List<Span> rounded;

  private Rounding(List<Span> rounded) {
    this.rounded = rounded;
  }

  /**
   * Values become numbers of {@link Bfloat16}.
   *
   * @param length floats of the vector
   * @param exact parts of it that stay as they are, in order
   */
  public static Rounding toBfloat16(int length, List<Span> exact) {
    return new Rounding(new Span(0, length).without(exact));
  }

  /** The same for a part of the vector that is a vector of its own. */
  Rounding within(Span part) {
    return new Rounding(
        rounded.stream().map(span -> span.within(part)).filter(span -> span.length() > 0).toList());
  }

  boolean isNone() {
    return rounded.isEmpty();
  }

  /**
   * Rounds some floats of the vector.
   *
   * @param values whose first one is float {@code start} of the vector
   */
  void apply(float[] values, int start, int length) {
    for (int i = 0; i < rounded.size(); i++) {
      int first = Math.max(rounded.get(i).start(), start);
      int end = Math.min(rounded.get(i).end(), start + length);
      if (first < end) {
        Bfloat16.round(values, first - start, end - start);
      }
    }
  }
}
