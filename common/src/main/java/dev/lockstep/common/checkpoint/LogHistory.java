package dev.lockstep.common.checkpoint;

import dev.lockstep.common.run.RunDirectory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run's commit log as far as it was read.
 *
 * @param entries by number; empty where the number is taken but its entry cannot be read
 */
record LogHistory(SortedMap<Long, Optional<LogEntry>> entries) {
  static final LogHistory EMPTY = new LogHistory(new TreeMap<>());

  /** The highest number that is taken, 0 where none is. */
  long last() {
    return entries.isEmpty() ? 0 : entries.lastKey();
  }

  /** Whether every number up to the last is there and can be read. */
  boolean isWhole() {
    return entries.size() == last() && entries.values().stream().allMatch(Optional::isPresent);
  }

  boolean knows(long number) {
    return entries.containsKey(number);
  }

  LogHistory plus(Map<Long, Optional<LogEntry>> later) {
    SortedMap<Long, Optional<LogEntry>> more = new TreeMap<>(entries);
    more.putAll(later);
    return new LogHistory(more);
  }

  Optional<LogEntry> byId(String id) {
    return readable().stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  /** The highest driver epoch of any entry that can be read, 0 where none can. */
  int highestEpoch() {
    return readable().stream().mapToInt(LogEntry::driverEpoch).max().orElse(0);
  }

  /** Whether a driver has left any entry. */
  boolean hasEntryOf(int driverEpoch) {
    return readable().stream().anyMatch(entry -> entry.driverEpoch() == driverEpoch);
  }

  /** The checkpoints that no later entry has retired, in the order of their commits. */
  List<CommittedCheckpoint> living(RunDirectory run) {
    Map<String, CommittedCheckpoint> living = new LinkedHashMap<>();
    for (LogEntry entry : readable()) {
      if (entry.event() instanceof LogEntry.Checkpoint checkpoint) {
        living.put(checkpoint.name(), committed(run, entry, checkpoint));
      }
      entry.event().retired().forEach(living::remove);
    }
    return List.copyOf(living.values());
  }

  /**
   * How often the run was taken back to a checkpoint.
   *
   * @param checkpoint its name; empty for the run's very beginning
   */
  int rollbacksTo(Optional<String> checkpoint) {
    return (int)
        readable().stream()
            .filter(entry -> entry.event() instanceof LogEntry.Rollback)
            .filter(entry -> ((LogEntry.Rollback) entry.event()).to().equals(checkpoint))
            .count();
  }

  private List<LogEntry> readable() {
    return entries.values().stream().flatMap(Optional::stream).toList();
  }

  private static CommittedCheckpoint committed(
      RunDirectory run, LogEntry entry, LogEntry.Checkpoint checkpoint) {
    return new CommittedCheckpoint(
        entry.number(),
        entry.driverEpoch(),
        checkpoint.name(),
        run.checkpoints() + "/" + checkpoint.name(),
        checkpoint.manifestSha256(),
        checkpoint.position(),
        checkpoint.validationLoss());
  }
}
