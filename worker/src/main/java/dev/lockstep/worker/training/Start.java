package dev.lockstep.worker.training;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/** The state that a training begins with. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Start.Fresh.class, name = "fresh"),
  @JsonSubTypes.Type(value = Start.Checkpoint.class, name = "checkpoint"),
  @JsonSubTypes.Type(value = Start.EpochAgain.class, name = "epoch-again")
})
public sealed interface Start extends Serializable {
  /** How often the training has gone back to the start of an epoch, up to here. */
  int rollbacks();

  /** The initial parameters that the job's seed gives. */
  record Fresh(int rollbacks) implements Start {
    private static final long serialVersionUID = 1L;
  }

  /**
   * All that a checkpoint of the same run holds: the training goes on where that was taken.
   *
   * @param folder of the checkpoint
   * @param manifestSha256 of its manifest
   */
  record Checkpoint(String folder, String manifestSha256, int rollbacks) implements Start {
    private static final long serialVersionUID = 1L;
  }

  /**
   * All that a checkpoint of the same run holds, but its unfinished epoch begins again, on other
   * data.
   *
   * @param folder of the checkpoint
   * @param manifestSha256 of its manifest
   */
  record EpochAgain(String folder, String manifestSha256, int rollbacks) implements Start {
    private static final long serialVersionUID = 1L;
  }
}
