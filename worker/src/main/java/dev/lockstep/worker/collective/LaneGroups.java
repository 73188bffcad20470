package dev.lockstep.worker.collective;

/**
 * Equal, contiguous groups of the lanes of a job. Like lanes they belong to the job: a rank may run
 * the lanes of several groups, and a group's lanes may lie on several ranks.
 *
 * @param lanes of the job, a multiple of {@code count}
 * @param count number of groups, at least 1
 */
public record LaneGroups(int lanes, int count) {
  public LaneGroups {
    if (count < 1 || lanes % count != 0) {
      throw new IllegalArgumentException(
          "Invalid number of groups: %d (must divide %d lanes)".formatted(count, lanes));
    }
  }

  /** Lanes of a group. */
  public int size() {
    return lanes / count;
  }

  /** The tree along which the lanes of a group are added, counted from the first of the group. */
  public LaneTree tree() {
    return new LaneTree(size());
  }

  /** The first group of which a range has lanes; the range is not empty. */
  public int first(LaneRange range) {
    return range.first() / size();
  }

  /** One past the last group of which a range has lanes; the range is not empty. */
  public int end(LaneRange range) {
    return (range.end() - 1) / size() + 1;
  }

  /** The lanes that a range has of a group, counted from the first of the group. */
  public LaneRange part(int group, LaneRange range) {
    int start = group * size();
    int first = Math.min(Math.max(range.first() - start, 0), size());
    int end = Math.min(Math.max(range.end() - start, 0), size());
    return new LaneRange(first, end);
  }
}
