package dev.lockstep.worker.combine;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread beside the rank's own, {@code rank-R-exchange}, that exchanges while the rank computes.
 * An operation that fails aborts the group at once, whatever the rank is at.
 */
public final class ExchangeThread implements ExchangeRunner, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExchangeThread.class);
  private static final Duration LEAVING = Duration.ofSeconds(5);

  private final ProcessGroup group;
  private final LongSupplier nanoTime;
  private final ExecutorService executor;
  private final Queue<Future<Interval>> started = new ArrayDeque<>();

  /** When an operation began and ended. */
  private record Interval(long start, long end) {
    long before(long time) {
      return Math.max(0, Math.min(end, time) - start);
    }
  }

  /**
   * A thread that is there from the first operation on.
   *
   * @param nanoTime clock for the report
   */
  public ExchangeThread(ProcessGroup group, LongSupplier nanoTime) {
    this.group = group;
    this.nanoTime = nanoTime;
    String name = "rank-" + group.rank() + "-exchange";
    this.executor =
        Executors.newSingleThreadExecutor(
            body -> {
              Thread thread = new Thread(body, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void start(Runnable operation) {
    started.add(executor.submit(() -> run(operation)));
  }

  @Override
  public long finish(Occasion occasion) {
    long now = nanoTime.getAsLong();
    long hidden = 0;
    while (!started.isEmpty()) {
      hidden += await(started.remove(), occasion).before(now);
    }
    return hidden;
  }

  /** Ends the thread; what it is at is given up. The group must have ended or been aborted. */
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(LEAVING.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "rank {} still exchanges {} s after it was told to leave",
            group.rank(),
            LEAVING.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Interval run(Runnable operation) {
    long start = nanoTime.getAsLong();
    try {
      operation.run();
    } catch (Throwable e) {
      group.abort(LockstepException.in(e));
      throw e;
    }
    return new Interval(start, nanoTime.getAsLong());
  }

  private Interval await(Future<Interval> operation, Occasion occasion) {
    try {
      return operation.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LockstepException interrupted =
          new LockstepException(
              FailureKind.INTERRUPTED,
              "Interrupted rank %d in %s".formatted(group.rank(), occasion),
              e);
      group.abort(interrupted);
      throw interrupted;
    } catch (ExecutionException e) {
      LockstepException cause = LockstepException.in(e.getCause());
      throw new LockstepException(cause.kind(), cause.getMessage(), e.getCause());
    }
  }
}
