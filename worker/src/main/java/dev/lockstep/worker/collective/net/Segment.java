package dev.lockstep.worker.collective.net;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Some contiguous floats of a vector.
 *
 * @param end one past the last float
 */
record Segment(int start, int end) {
  static final Segment EMPTY = new Segment(0, 0);

  int length() {
    return end - start;
  }

  /** This segment cut into pieces of at most so many floats. */
  List<Segment> pieces(int most) {
    return IntStream.range(0, (length() + most - 1) / most)
        .mapToObj(i -> new Segment(start + i * most, Math.min(end, start + (i + 1) * most)))
        .toList();
  }
}
