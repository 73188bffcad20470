package dev.lockstep.worker.collective;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The contiguous lanes that one rank runs.
 *
 * @param first the lowest lane
 * @param end one past the highest lane
 */
public record LaneRange(int first, int end) {

  /** The lanes of a rank: the parts of two ranks differ by at most one lane. */
  public static LaneRange of(int rank, int worldSize, int lanes) {
    return new LaneRange(bound(rank, worldSize, lanes), bound(rank + 1, worldSize, lanes));
  }

  /** The lanes of each of some neighbouring ranks. */
  static List<LaneRange> of(int firstRank, int ranks, int worldSize, int lanes) {
    return IntStream.range(firstRank, firstRank + ranks)
        .mapToObj(rank -> of(rank, worldSize, lanes))
        .toList();
  }

  public int size() {
    return end - first;
  }

  boolean contains(int start, int stop) {
    return first <= start && stop <= end;
  }

  private static int bound(int rank, int worldSize, int lanes) {
    return (int) ((long) rank * lanes / worldSize);
  }
}
