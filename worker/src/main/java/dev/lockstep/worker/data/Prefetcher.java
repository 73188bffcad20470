package dev.lockstep.worker.data;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads microbatches ahead of the training loop on a thread of its own, named {@code
 * rank-R-reader}.
 *
 * <p>A fixed set of microbatches goes round: the loop takes a filled one, and gives it back when it
 * is done with it. The thread is woken when half of them have come back, not for each: where all
 * cores are busy, a thread that wakes up puts the loop off its core, and what that costs is the
 * same for one microbatch as for many.
 *
 * @param <B> the kind of microbatch
 */
public final class Prefetcher<B extends Microbatch> implements AutoCloseable {
  private final LaneSamples samples;
  private final String name;
  private final Duration timeout;
  private final List<B> all;

  /** Some at a time, so that the reader is woken once for all of them. */
  private final BlockingQueue<List<B>> free;

  private final BlockingQueue<Filled<B>> filled;

  /** Those that have come back and that the reader has not been told of. */
  private final List<B> returned = new ArrayList<>();

  private Thread thread;

  /** The next samples of a lane, at most so many, are wanted. */
  public record Request(int lane, int atMost) {}

  /** A filled microbatch, or why there is none. */
  private record Filled<B>(B microbatch, Throwable failure) {}

  /**
   * @param timeout how long the loop waits for a microbatch, and for the thread to end
   * @param microbatches at least two, so that one can be read while another is used
   */
  public Prefetcher(int rank, LaneSamples samples, Duration timeout, List<B> microbatches) {
    this.samples = samples;
    this.timeout = timeout;
    this.name = "rank-" + rank + "-reader";
    this.all = List.copyOf(microbatches);
    this.free = new ArrayBlockingQueue<>(all.size());
    this.filled = new ArrayBlockingQueue<>(all.size() + 1);
  }

  /**
   * Starts to read what an epoch will take, in the order in which it will take it.
   *
   * @param skipped samples at the start of each lane that are left out
   */
  public void start(EpochOrder order, long skipped, Iterator<Request> requests) {
    stop();
    filled.clear();
    free.clear();
    returned.clear();
    free.add(all);
    thread = new Thread(() -> read(order, skipped, requests), name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for the next microbatch. */
  public B take() {
    try {
      Filled<B> next = filled.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (next == null) {
        throw late("read samples");
      }
      if (next.failure() != null) {
        LockstepException cause = LockstepException.in(next.failure());
        throw new LockstepException(cause.kind(), cause.getMessage(), next.failure());
      }
      return next.microbatch();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(
          FailureKind.INTERRUPTED, "Interrupted while waiting for samples", e);
    }
  }

  /** Gives back the microbatch that was taken, which must be before the next is. */
  public void release(B microbatch) {
    returned.add(microbatch);
    if (returned.size() >= all.size() / 2) {
      free.add(List.copyOf(returned));
      returned.clear();
    }
  }

  @Override
  public void close() {
    stop();
  }

  private void read(EpochOrder order, long skipped, Iterator<Request> requests) {
    try {
      samples.start(order, skipped);
      Iterator<B> unused = Collections.emptyIterator();
      while (requests.hasNext()) {
        Request request = requests.next();
        if (!unused.hasNext()) {
          unused = free.take().iterator();
        }
        B microbatch = unused.next();
        samples.next(request.lane(), request.atMost(), microbatch);
        filled.put(new Filled<>(microbatch, null));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      filled.add(new Filled<>(null, e));
    }
  }

  private void stop() {
    if (thread == null) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(timeout.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw late("end");
    }
    thread = null;
  }

  private LockstepException late(String what) {
    return new LockstepException(
        FailureKind.STORAGE,
        "Failed to %s on thread %s within %s".formatted(what, name, Waiting.text(timeout)));
  }
}
