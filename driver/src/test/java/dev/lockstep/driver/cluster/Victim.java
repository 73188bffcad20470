package dev.lockstep.driver.cluster;

import dev.lockstep.common.run.RunEvent;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** What a soak may kill while a run trains, and what the run's report says of it then. */
enum Victim {
  EXECUTOR("Attempt \\d+ failed: .*executor \\S+ on \\S+ was lost.*"),
  DRIVER("Driver \\d+ takes the run over: the one before was lost, .*"),
  DATA_NODE("Checkpoints from \\S+ on are written with 1 of 2 replicas: .*"),
  NAME_NODE(".*hdfs://.*(Call From|End of File|safe mode).*");

  private final Pattern trace;

  Victim(String trace) {
    this.trace = Pattern.compile(trace, Pattern.DOTALL);
  }

  /**
   * One that was killed.
   *
   * @param at a moment before its end
   */
  record Killed(Victim victim, Instant at) {
    /** Whether a report tells of it before the next of its kind is killed. */
    boolean isToldBy(List<RunEvent> events, List<Killed> all) {
      Instant next =
          all.stream()
              .filter(other -> other.victim == victim && other.at.isAfter(at))
              .map(Killed::at)
              .min(Comparator.naturalOrder())
              .orElse(Instant.MAX);
      return events.stream()
          .filter(event -> victim.trace.matcher(event.message()).matches())
          .map(event -> Instant.parse(event.at()))
          .anyMatch(told -> !told.isBefore(at) && told.isBefore(next));
    }
  }
}
