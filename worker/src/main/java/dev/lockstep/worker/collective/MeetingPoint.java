package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * A barrier of threads with a deadline and a memory for failure: once one rank has failed, everyone
 * who waits or arrives gets that failure.
 */
final class MeetingPoint {
  /** To sleep and be woken takes longer than ranks in step are apart. */
  private static final Duration SPIN = Duration.ofNanos(200_000);

  private final int ranks;
  private final Duration timeout;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private final BitSet arrived;
  private final long spinNanos;

  /** Written under the lock, and read without it by those who spin. */
  private volatile long meetings;

  private volatile LockstepException failure;

  MeetingPoint(int ranks, Duration timeout) {
    this.ranks = ranks;
    this.timeout = timeout;
    this.arrived = new BitSet(ranks);
    this.spinNanos = ranks <= Runtime.getRuntime().availableProcessors() ? SPIN.toNanos() : 0;
  }

  /** Waits until all ranks have come. */
  void meet(int rank, Occasion occasion) {
    long meeting = arrive(rank);
    long start = System.nanoTime();
    while (meetings == meeting && failure == null && System.nanoTime() - start < spinNanos) {
      Thread.onSpinWait();
    }
    if (meetings == meeting) {
      lock.lock();
      try {
        await(rank, meeting, occasion);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Marks a rank as come and returns the number of the meeting that it came to. */
  private long arrive(int rank) {
    lock.lock();
    try {
      throwFailure();
      long meeting = meetings;
      arrived.set(rank);
      if (arrived.cardinality() == ranks) {
        arrived.clear();
        meetings = meeting + 1;
        changed.signalAll();
      }
      return meeting;
    } finally {
      lock.unlock();
    }
  }

  void fail(LockstepException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void await(int rank, long meeting, Occasion occasion) {
    long left = timeout.toNanos();
    try {
      while (meetings == meeting && failure == null) {
        if (left <= 0) {
          fail(stalled(rank, occasion));
        } else {
          left = changed.awaitNanos(left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(
          new LockstepException(
              FailureKind.INTERRUPTED, "Interrupted rank %d in %s".formatted(rank, occasion), e));
    }
    if (meetings == meeting) {
      throwFailure();
    }
  }

  private LockstepException stalled(int rank, Occasion occasion) {
    BitSet missing = new BitSet(ranks);
    missing.set(0, ranks);
    missing.andNot(arrived);
    String names = missing.stream().mapToObj(String::valueOf).collect(Collectors.joining(", "));
    return new LockstepException(
        FailureKind.CLUSTER,
        "Failed to complete %s within %s: rank %d waited for rank %s"
            .formatted(occasion, Waiting.text(timeout), rank, names));
  }

  private void throwFailure() {
    if (failure != null) {
      throw new LockstepException(failure.kind(), failure.getMessage(), failure);
    }
  }
}
