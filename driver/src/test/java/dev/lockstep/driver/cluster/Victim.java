package dev.lockstep.driver.cluster;

import dev.lockstep.common.run.RunEvent;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** What a soak may kill while a run trains, and what the run's report says of it then. */
enum Victim {
  EXECUTOR("Attempt \\d+ failed: .*executor \\S+ on \\S+ was lost.*"),
  DRIVER("Driver \\d+ takes the run over: the one before was lost"),
  DATA_NODE("The checkpoint after .* has 1 of 2 replicas: .*"),
  NAME_NODE(".*Cannot .* hdfs://.*");

  private final Pattern trace;

  Victim(String trace) {
    this.trace = Pattern.compile(trace);
  }

  /**
   * One that was killed.
   *
   * @param at a moment before its end
   */
  record Killed(Victim victim, Instant at) {
    /** Whether the report tells of it before the next one is killed. */
    boolean isToldBy(List<RunEvent> events, Instant next) {
      return events.stream()
          .filter(event -> isBetween(Instant.parse(event.at()), next))
          .anyMatch(event -> victim.trace.matcher(event.message()).matches());
    }

    private boolean isBetween(Instant time, Instant next) {
      return !time.isBefore(at) && time.isBefore(next);
    }
  }
}
