package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Occasion;

/**
 * What a rank's thread is at while it waits in a connection, for the event loop to look at from
 * time to time. The rank writes, the event loop reads; a look may come between two writes, which
 * makes a warning about the wrong peer possible, and nothing worse.
 */
final class Watch {
  private static final long IDLE = -1;

  private volatile long operation = IDLE;
  private volatile long since = System.nanoTime();
  private volatile int awaited;
  private volatile Occasion occasion = new Occasion(0, 0, "nothing");

  void begin(long number, Occasion newOccasion) {
    occasion = newOccasion;
    since = System.nanoTime();
    operation = number;
  }

  void await(int jvm) {
    awaited = jvm;
  }

  void end() {
    operation = IDLE;
    since = System.nanoTime();
  }

  boolean isIdle() {
    return operation == IDLE;
  }

  /** The number of the operation that is under way. */
  long operation() {
    return operation;
  }

  /** Nanoseconds since the operation has begun, or since the last one has ended. */
  long age() {
    return System.nanoTime() - since;
  }

  int awaited() {
    return awaited;
  }

  Occasion occasion() {
    return occasion;
  }
}
