package dev.lockstep.worker.spark;

import dev.lockstep.common.failure.FailureKind;
import java.io.Serializable;

/** What the driver makes of a checkpoint. */
public sealed interface CheckpointVerdict extends Serializable {
  /** The training goes on: the checkpoint is committed, or its failure is tolerated. */
  record GoOn() implements CheckpointVerdict {
    private static final long serialVersionUID = 1L;
  }

  /** The training has to end. */
  record End(FailureKind kind, String message) implements CheckpointVerdict {
    private static final long serialVersionUID = 1L;
  }
}
