package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A barrier of one JVM's ranks with a deadline and a memory for failure: once one rank has failed,
 * everyone who waits or arrives gets that failure. Ranks are counted from 0 in the JVM.
 */
final class MeetingPoint {
  private final int ranks;
  private final StallPolicy policy;
  private final RankThreads threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private final BitSet arrived;
  private final List<SpinWait> awake;

  /** Guarded by the lock: the last meeting of which somebody has said that it is late. */
  private long warned = -1;

  /** Written under the lock, and read without it by those who spin. */
  private volatile long meetings;

  private volatile LockstepException failure;

  /**
   * @param worldSize ranks of all JVMs
   */
  MeetingPoint(int ranks, StallPolicy policy, int worldSize, RankThreads threads) {
    this(
        ranks,
        policy,
        Spin.of(ranks, worldSize, Runtime.getRuntime().availableProcessors()),
        System::nanoTime,
        threads);
  }

  /**
   * @param nanoTime by which ranks wait awake
   */
  MeetingPoint(
      int ranks, StallPolicy policy, Spin spin, LongSupplier nanoTime, RankThreads threads) {
    this.ranks = ranks;
    this.policy = policy;
    this.threads = threads;
    this.arrived = new BitSet(ranks);
    this.awake = IntStream.range(0, ranks).mapToObj(rank -> new SpinWait(spin, nanoTime)).toList();
  }

  /** Waits until all ranks have come. */
  void meet(int rank, Occasion occasion) {
    await(rank, arrive(rank), occasion, policy.timeout().toNanos());
  }

  /**
   * Waits until all ranks have come, for as long as a rank takes that has a deadline of its own.
   */
  void meetUnhurried(int rank, Occasion occasion) {
    await(rank, arrive(rank), occasion, Long.MAX_VALUE);
  }

  /** Who has not come to the meeting that is under way, or to the next one: perhaps everybody. */
  String missing() {
    lock.lock();
    try {
      BitSet missing = new BitSet(ranks);
      missing.set(0, ranks);
      missing.andNot(arrived);
      return missing.stream().mapToObj(threads::describe).collect(Collectors.joining("; "));
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

  private void await(int rank, long meeting, Occasion occasion, long nanos) {
    if (threads.isCurrent(rank)) { // a thread beside it sleeps: the rank may need the core
      awake.get(rank).await(() -> meetings != meeting || failure != null);
    }
    try {
      awaitAsleep(rank, meeting, occasion, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(
          new LockstepException(
              FailureKind.INTERRUPTED,
              "Interrupted %s in %s".formatted(threads.name(rank), occasion),
              e));
    }
    if (meetings == meeting) {
      throwFailure();
    }
  }

  private void awaitAsleep(int rank, long meeting, Occasion occasion, long nanos)
      throws InterruptedException {
    long untilWarning =
        nanos == Long.MAX_VALUE ? nanos : Math.min(policy.warning().toNanos(), nanos);
    if (isOver(meeting, untilWarning)) {
      return;
    }
    if (untilWarning < nanos) {
      warning(meeting, occasion).ifPresent(policy.listener());
      if (isOver(meeting, nanos - untilWarning)) {
        return;
      }
    }
    giveUp(rank, meeting, occasion);
  }

  /** Waits until a meeting has come about or failed; false where the time has passed. */
  private boolean isOver(long meeting, long nanos) throws InterruptedException {
    if (meetings != meeting) {
      return true;
    }
    lock.lock();
    try {
      long left = nanos;
      while (meetings == meeting && failure == null) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What is to be said of a meeting that is late; the first who is kept waiting speaks for all. */
  private Optional<String> warning(long meeting, Occasion occasion) {
    lock.lock();
    try {
      if (meetings != meeting || warned >= meeting) {
        return Optional.empty();
      }
      warned = meeting;
      return Optional.of(
          "Waiting for %s since %s: it lacks %s"
              .formatted(occasion, Waiting.text(policy.warning()), missing()));
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(int rank, long meeting, Occasion occasion) {
    lock.lock();
    try {
      if (meetings == meeting) {
        fail(stalled(rank, occasion));
      }
    } finally {
      lock.unlock();
    }
  }

  private LockstepException stalled(int rank, Occasion occasion) {
    return new LockstepException(
        FailureKind.CLUSTER,
        "Failed to complete %s within %s: %s waited for %s"
            .formatted(occasion, Waiting.text(policy.timeout()), threads.name(rank), missing()));
  }

  private void throwFailure() {
    if (failure != null) {
      throw new LockstepException(failure.kind(), failure.getMessage(), failure);
    }
  }
}
