package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A named thread on which its owner does one thing after the other. */
final class OwnThread {
  private static final Logger LOG = LoggerFactory.getLogger(OwnThread.class);

  private final ExecutorService executor;

  OwnThread(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            body -> {
              Thread thread = new Thread(body, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Does something after all that came before, without waiting for it.
   *
   * @throws java.util.concurrent.RejectedExecutionException where the thread has been ended
   */
  void later(Runnable action) {
    executor.execute(action);
  }

  /** Does something after some time, unless the thread has been ended by then. */
  void after(Duration time, Runnable action) {
    CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, executor)
        .execute(() -> attempt(action));
  }

  private static void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("{} could not do what was put off", Thread.currentThread().getName(), e);
    }
  }

  /**
   * Does something after all that came before, and waits for it.
   *
   * @param interrupted the sentence for an interruption of the wait
   * @throws LockstepException that says what failed
   */
  <T> T inTurn(String interrupted, Callable<T> action) {
    try {
      return executor.submit(action).get();
    } catch (ExecutionException e) {
      LockstepException cause = LockstepException.in(e.getCause());
      throw new LockstepException(cause.kind(), cause.getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(FailureKind.INTERRUPTED, interrupted, e);
    }
  }

  /** Does something after all that came before, and waits for it so long; nothing after the end. */
  void inTurnWithin(Duration time, Runnable action) {
    try {
      executor.submit(() -> attempt(action)).get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException | RejectedExecutionException e) {
      LOG.info("not done in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Interrupts what is under way and gives up what is to come.
   *
   * @return whether the thread has ended in time, or nobody may wait for it any more
   */
  boolean endsWithin(Duration time) {
    executor.shutdownNow();
    try {
      return executor.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
