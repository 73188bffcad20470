package dev.lockstep.worker.spark;

import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where ranks that are tasks of one JVM find each other. Tasks share nothing but the JVM, so this
 * class and {@link JvmNodes} are the places with static state.
 *
 * <p>A group is kept until all ranks have come and left, so that a rank that comes late still meets
 * the failure of one that left early. Where a rank never comes, for Spark has ended its task
 * before, the group is let go once the others have left and the next one is founded.
 */
final class LocalGroups {
  private static final Map<String, Entry> GROUPS = new HashMap<>();

  private record Entry(LocalGroup group, int ranksInside, int ranksToLeave) {
    Entry entered() {
      return new Entry(group, ranksInside + 1, ranksToLeave);
    }

    Entry left() {
      return new Entry(group, ranksInside - 1, ranksToLeave - 1);
    }
  }

  private LocalGroups() {}

  /** Joins the group of an attempt, which the first rank to come founds. */
  static synchronized ProcessGroup join(
      String attempt, int rank, int worldSize, Supplier<LocalGroup> found) {
    Entry entry = GROUPS.get(attempt);
    if (entry == null) {
      GROUPS.values().removeIf(other -> other.ranksInside() == 0);
      entry = new Entry(found.get(), 0, worldSize);
    }
    GROUPS.put(attempt, entry.entered());
    return entry.group().member(rank);
  }

  /** Leaves the group; to be called once by every rank that has joined. */
  static synchronized void leave(String attempt) {
    GROUPS.computeIfPresent(
        attempt, (key, entry) -> entry.ranksToLeave() == 1 ? null : entry.left());
  }
}
