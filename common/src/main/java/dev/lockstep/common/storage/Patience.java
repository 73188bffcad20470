package dev.lockstep.common.storage;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.failsafe.event.ExecutionAttemptedEvent;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Repeats what fails in a {@linkplain TransientFailure passing} way, at growing intervals, within a
 * budget of time. What is repeated has to be idempotent.
 *
 * @param budget from the first try to the last; none is begun after it. One that is no longer than
 *     the first pause allows a single try
 * @param first pause after the first failure; each later one is twice as long
 * @param longest pause; longer than the first
 * @param events told of each failure that is followed by another try
 */
public record Patience(Duration budget, Duration first, Duration longest, Consumer<String> events) {
  private static final Duration USUAL_FIRST = Duration.ofMillis(200);
  private static final Duration USUAL_LONGEST = Duration.ofSeconds(10);

  /** The usual pauses: 0.2 s to 10 s. */
  public static Patience of(Duration budget, Consumer<String> events) {
    return new Patience(budget, USUAL_FIRST, USUAL_LONGEST, events);
  }

  /**
   * Does something until it succeeds, fails for good, or the budget is spent.
   *
   * @param what the end of the sentence "Failed to …", for messages
   * @throws LockstepException of kind INTERRUPTED where the thread is interrupted in a pause
   */
  public <T> T call(String what, Supplier<T> action) {
    AtomicInteger tries = new AtomicInteger();
    try {
      return Failsafe.with(policy(what))
          .get(
              () -> {
                tries.incrementAndGet();
                return action.get();
              });
    } catch (FailsafeException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(
          FailureKind.INTERRUPTED, "Failed to %s: interrupted".formatted(what), e);
    } catch (LockstepException e) {
      throw tries.get() == 1 ? e : exhausted(what, tries.get(), e);
    }
  }

  /** {@link #call} for what has no result. */
  public void run(String what, Runnable action) {
    call(
        what,
        () -> {
          action.run();
          return true;
        });
  }

  private RetryPolicy<Object> policy(String what) {
    RetryPolicyBuilder<Object> policy = RetryPolicy.builder().handleIf(TransientFailure::is);
    if (budget.compareTo(first) <= 0) {
      return policy.withMaxRetries(0).build();
    }
    return policy
        .withBackoff(first, longest)
        .withMaxRetries(-1)
        .withMaxDuration(budget)
        .onRetry(event -> events.accept(line(what, event)))
        .build();
  }

  private static String line(String what, ExecutionAttemptedEvent<?> event) {
    return "Storage failed after %s and is tried again, to %s: %s"
        .formatted(
            Waiting.text(event.getElapsedTime()), what, event.getLastException().getMessage());
  }

  private LockstepException exhausted(String what, int tries, LockstepException last) {
    return new LockstepException(
        last.kind(),
        "Failed to %s after %d tries: %s".formatted(what, tries, last.getMessage()),
        last);
  }
}
