package dev.lockstep.worker.collective;

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
