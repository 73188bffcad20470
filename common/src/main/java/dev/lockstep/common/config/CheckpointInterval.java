package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;

/** How often a checkpoint is taken; a run's last state is always one. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = CheckpointInterval.Epochs.class, name = "epochs"),
  @JsonSubTypes.Type(value = CheckpointInterval.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = CheckpointInterval.Elapsed.class, name = "elapsed")
})
public sealed interface CheckpointInterval {
  /** At the end of every so many epochs. */
  record Epochs(int epochs) implements CheckpointInterval {}

  /** After every so many steps, counted from the start of the run. */
  record Steps(int steps) implements CheckpointInterval {}

  /** At the first step that ends so long after the last checkpoint. */
  record Elapsed(Duration time) implements CheckpointInterval {}
}
