package dev.lockstep.worker.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores checkpoints on a thread of its own, {@code rank-R-checkpoint}, one at a time, while the
 * training goes on.
 */
final class BackgroundStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundStore.class);
  private static final Duration LEAVING = Duration.ofSeconds(5);

  private final CheckpointSink sink;
  private final ExecutorService executor;

  /** Nothing at first, so that a rank which never stores anything has no thread for it. */
  private Future<?> inFlight = CompletableFuture.completedFuture(null);

  BackgroundStore(int rank, CheckpointSink sink) {
    this.sink = sink;
    this.executor =
        Executors.newSingleThreadExecutor(
            body -> {
              Thread thread = new Thread(body, "rank-" + rank + "-checkpoint");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Whether the last checkpoint is done with.
   *
   * @throws LockstepException where the training has to end because of it
   */
  boolean isFree() {
    return inFlight.isDone() && isDoneWithin(Duration.ZERO);
  }

  /** Begins to store a checkpoint; the one before is done with. */
  void store(StateCopy copy) {
    inFlight = executor.submit(() -> sink.store(copy));
  }

  /**
   * Waits for the last checkpoint.
   *
   * @return whether it is done with
   * @throws LockstepException where the training has to end because of it
   */
  boolean isDoneWithin(Duration time) {
    try {
      inFlight.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(
          FailureKind.INTERRUPTED, "Interrupted while a checkpoint was stored", e);
    } catch (ExecutionException e) {
      LockstepException cause = LockstepException.in(e.getCause());
      throw new LockstepException(cause.kind(), cause.getMessage(), e.getCause());
    }
  }

  /** Gives up what is in flight. */
  @Override
  public void close() {
    sink.giveUp();
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(LEAVING.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "a checkpoint is still being stored {} s after it was given up", LEAVING.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
