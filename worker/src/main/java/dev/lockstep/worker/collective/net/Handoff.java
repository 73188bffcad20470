package dev.lockstep.worker.collective.net;

import java.util.concurrent.locks.LockSupport;

/** What the event loop wakes one waiting thread with. */
final class Handoff {
  private final Thread waiter = Thread.currentThread();
  private volatile boolean done;

  /** Ends the wait. */
  void complete() {
    done = true;
    LockSupport.unpark(waiter);
  }

  /**
   * Waits; to be called by the thread that made this object.
   *
   * @return false where the time has passed
   */
  boolean await(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    while (!done) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      LockSupport.parkNanos(this, left);
    }
    return true;
  }
}
