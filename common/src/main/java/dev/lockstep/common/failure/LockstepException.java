package dev.lockstep.common.failure;

import java.util.Objects;

/**
 * The one exception that Lockstep throws on purpose: a message that says what, where and what to
 * do, and the kind that decides the exit code.
 */
public final class LockstepException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;

  public LockstepException(FailureKind kind, String message) {
    this(kind, message, null);
  }

  /**
   * @param cause what this failure follows from, or null where it is the first
   */
  public LockstepException(FailureKind kind, String message, Throwable cause) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  public FailureKind kind() {
    return kind;
  }

  /**
   * The first Lockstep failure in a chain of causes; where memory ran out, a failure of the cluster
   * that says so; else an internal one that wraps the chain.
   */
  public static LockstepException in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LockstepException) {
        return (LockstepException) cause;
      }
      if (cause instanceof OutOfMemoryError) {
        return new LockstepException(
            FailureKind.CLUSTER,
            "Out of memory: %s (raise 'cluster.memory-per-worker', or on one machine the driver's memory)"
                .formatted(cause.getMessage()),
            failure);
      }
    }
    return new LockstepException(FailureKind.INTERNAL, "Internal error: " + failure, failure);
  }
}
