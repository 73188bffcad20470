package dev.lockstep.common.checkpoint;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;

/**
 * One entry of a run's commit log.
 *
 * @param number counted from 1 without gaps
 * @param driverEpoch of the driver that appended it; never less than the entry's before
 * @param id at random, by which a driver knows its own entry again
 */
public record LogEntry(int formatVersion, long number, int driverEpoch, String id, Event event) {
  public static final int FORMAT_VERSION = 1;

  /** What happened. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Takeover.class, name = "takeover"),
    @JsonSubTypes.Type(value = Checkpoint.class, name = "checkpoint"),
    @JsonSubTypes.Type(value = Rollback.class, name = "rollback")
  })
  public sealed interface Event {
    /** Names of the checkpoints that are none from here on. */
    default List<String> retired() {
      return List.of();
    }
  }

  /**
   * A driver has the run: from here on no earlier one can append.
   *
   * @param newest checkpoint that is there to go on from
   */
  public record Takeover(DriverIdentity driver, Optional<String> newest) implements Event {}

  /**
   * A checkpoint is committed.
   *
   * @param name of its folder
   * @param validationLoss at its position, where that was measured
   * @param retired names of the checkpoints that are none from here on
   */
  public record Checkpoint(
      String name,
      String manifestSha256,
      Position position,
      Optional<Double> validationLoss,
      List<String> retired)
      implements Event {
    public Checkpoint {
      retired = List.copyOf(retired);
    }
  }

  /**
   * The run is taken back, since its training has diverged.
   *
   * @param to the checkpoint that is the newest again; none where the run begins anew
   * @param retired names of those that were taken since
   */
  public record Rollback(Optional<String> to, List<String> retired) implements Event {
    public Rollback {
      retired = List.copyOf(retired);
    }
  }
}
