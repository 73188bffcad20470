package dev.lockstep.worker.spark;

import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where ranks that are tasks of one JVM find each other. Tasks share nothing but the JVM, so this
 * is the one place with static state; an entry lives from the first rank's coming to the last one's
 * leaving.
 */
final class JvmGroups {
  private static final ConcurrentMap<String, Entry> GROUPS = new ConcurrentHashMap<>();

  private record Entry(LocalGroup group, AtomicInteger ranksToLeave) {}

  private JvmGroups() {}

  /** Joins the group of an attempt, which the first rank to come founds. */
  static ProcessGroup join(String attempt, int rank, int worldSize, int lanes, Duration timeout) {
    return GROUPS
        .computeIfAbsent(attempt, key -> found(worldSize, lanes, timeout))
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

  private static Entry found(int worldSize, int lanes, Duration timeout) {
    return new Entry(
        new LocalGroup(worldSize, new LaneTree(lanes), StallPolicy.failAfter(timeout)),
        new AtomicInteger(worldSize));
  }
}
