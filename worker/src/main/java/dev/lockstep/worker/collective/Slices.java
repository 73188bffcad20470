package dev.lockstep.worker.collective;

/**
 * Which part of a vector belongs to which rank: slices are contiguous, and two of them differ by at
 * most one float.
 *
 * @param length floats of the vector
 * @param size number of ranks
 */
public record Slices(int length, int size) {
  /** First float of a rank's slice; that of rank {@code size} is the vector's end. */
  public int start(int rank) {
    return (int) ((long) rank * length / size);
  }

  /** One past the last float of a rank's slice. */
  public int end(int rank) {
    return start(rank + 1);
  }

  /** A rank's slice. */
  public Span of(int rank) {
    return new Span(start(rank), end(rank));
  }
}
