package dev.lockstep.worker.collective;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What becomes of ranks that do not come to an operation.
 *
 * @param warning after which it is told who is missing
 * @param timeout after which the operation fails
 * @param listener takes the warning, a sentence, on any thread
 */
public record StallPolicy(Duration warning, Duration timeout, Consumer<String> listener) {

  /** Fails after a while, without a warning before. */
  public static StallPolicy failAfter(Duration timeout) {
    return new StallPolicy(timeout, timeout, warning -> {});
  }
}
