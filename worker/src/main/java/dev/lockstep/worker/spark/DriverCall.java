package dev.lockstep.worker.spark;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.concurrent.Callable;

/** A question to the driver over Spark's RPC, whatever becomes of it. */
final class DriverCall {
  private DriverCall() {}

  /**
   * Waits for the driver's answer.
   *
   * @param what the end of the sentence "Failed to …", for messages
   * @throws LockstepException of kind CLUSTER where none comes, of kind INTERRUPTED where the
   *     thread is interrupted
   */
  static <T> T await(String what, Callable<T> question) {
    try {
      return question.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(
          FailureKind.INTERRUPTED, "Failed to %s: interrupted".formatted(what), e);
    } catch (Exception e) { // RpcTimeoutException and SparkException are checked, and not declared
      throw new LockstepException(
          FailureKind.CLUSTER, "Failed to %s: %s".formatted(what, reason(e)), e);
    }
  }

  /** Spark wraps what the driver threw, or what broke on the way, once or twice. */
  private static String reason(Exception failure) {
    Throwable first = failure;
    while (first.getCause() != null && !hasOwnMessage(first)) {
      first = first.getCause();
    }
    return first.getMessage() == null
        ? first.toString()
        : first.getMessage().lines().findFirst().orElse(first.toString());
  }

  private static boolean hasOwnMessage(Throwable failure) {
    return failure.getMessage() != null
        && !failure.getMessage().startsWith("Exception thrown in awaitResult");
  }
}
