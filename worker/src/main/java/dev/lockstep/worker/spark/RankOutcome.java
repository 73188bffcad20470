package dev.lockstep.worker.spark;

import dev.lockstep.common.failure.FailureKind;
import java.io.Serializable;

/**
 * How a rank ended. A failure is an outcome rather than an exception of the task: Spark forgets the
 * cause of a failed barrier stage, and the driver needs the first one.
 */
public sealed interface RankOutcome extends Serializable {
  int rank();

  /**
   * The rank trained to the end.
   *
   * @param result the TrainingResult as JSON
   */
  record Completed(int rank, String result) implements RankOutcome {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The rank failed.
   *
   * @param rank number of its partition: it may have failed before it had a rank
   * @param stackTrace for the log
   */
  record Failed(int rank, FailureKind kind, String message, String stackTrace)
      implements RankOutcome {
    private static final long serialVersionUID = 1L;
  }
}
