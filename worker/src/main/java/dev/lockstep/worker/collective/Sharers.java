package dev.lockstep.worker.collective;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which ranks run the lanes of which group, and in which JVM they are: known to all ranks of all
 * groups.
 *
 * @param jvms of each rank, by any number that tells them apart
 */
record Sharers(LaneGroups groups, List<Integer> jvms) {
  /** The ranks that run lanes of a group, in order. */
  List<Integer> of(int group) {
    return IntStream.range(0, jvms.size())
        .filter(rank -> part(group, rank).size() > 0)
        .boxed()
        .toList();
  }

  /** Those of them that are in the JVM of a rank. */
  List<Integer> besides(int rank, int group) {
    return of(group).stream().filter(other -> isNear(rank, other)).toList();
  }

  /** Whether two ranks are in the same JVM. */
  boolean isNear(int rank, int other) {
    return jvms.get(rank).equals(jvms.get(other));
  }

  /** The lanes of a group that a rank runs, counted from the first of the group. */
  LaneRange part(int group, int rank) {
    return groups.part(group, lanes(rank));
  }

  LaneRange lanes(int rank) {
    return LaneRange.of(rank, jvms.size(), groups.lanes());
  }

  /** Whether every group lies within one rank, so that nobody has to meet. */
  boolean areAlone() {
    return IntStream.range(0, groups.count()).allMatch(group -> of(group).size() == 1);
  }

  /** The groups that lie in several JVMs. */
  List<Integer> torn() {
    return IntStream.range(0, groups.count())
        .filter(group -> of(group).stream().map(jvms::get).distinct().count() > 1)
        .boxed()
        .toList();
  }
}
