package dev.lockstep.worker.spark;

import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Where ranks that are tasks of one JVM find each other. Tasks share nothing but the JVM, so this
 * class and {@link JvmNodes} are the places with static state; an entry lives from the first rank's
 * coming to the last one's leaving.
 */
final class LocalGroups {
  private static final ConcurrentMap<String, Entry> GROUPS = new ConcurrentHashMap<>();

  private record Entry(LocalGroup group, AtomicInteger ranksToLeave) {}

  private LocalGroups() {}

  /** Joins the group of an attempt, which the first rank to come founds. */
  static ProcessGroup join(String attempt, int rank, int worldSize, Supplier<LocalGroup> found) {
    return GROUPS
        .computeIfAbsent(attempt, key -> new Entry(found.get(), new AtomicInteger(worldSize)))
        .group()
        .member(rank);
  }

  /**
   * Leaves the group. It is dissolved when all ranks have left, so that a rank that comes late
   * still meets the failure of one that left early.
   */
  static void leave(String attempt) {
    GROUPS.computeIfPresent(
        attempt, (key, entry) -> entry.ranksToLeave().decrementAndGet() == 0 ? null : entry);
  }
}
