package dev.lockstep.common.failure;

/**
 * Why a command failed, as far as its caller can act on it; each kind has an exit code of its own.
 */
public enum FailureKind {
  /** A defect of Lockstep itself. */
  INTERNAL(1),
  /** Wrong usage or a job file that cannot be run as it is. */
  CONFIG(2),
  /** Input that is missing, malformed or does not fit the job. */
  DATA(3),
  /** A file system that refuses to read or write. */
  STORAGE(4),
  /** Too few slots, lost peers, a stalled exchange. */
  CLUSTER(5),
  /** NaN or infinite loss or parameters. */
  DIVERGED(6),
  /** Another driver owns the run. */
  FENCED(7),
  /** A quality gate refused the model. */
  GATE(8),
  /** Stopped by a signal. */
  INTERRUPTED(130);

  private final int exitCode;

  FailureKind(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of a command that fails for this reason. */
  public int exitCode() {
    return exitCode;
  }
}
