package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.LockstepException;

/**
 * A rank among those of its JVM, the lowest of which speaks for all.
 *
 * @param local number in the JVM
 * @param ranks of the JVM
 * @param meetingPoint of these ranks
 */
record JvmRank(int local, int ranks, MeetingPoint meetingPoint) {
  boolean leads() {
    return local == 0;
  }

  boolean isAlone() {
    return ranks == 1;
  }

  /** Waits for the other ranks of the JVM. */
  void meet(Occasion occasion) {
    if (!isAlone()) {
      meetingPoint.meet(local, occasion);
    }
  }

  /**
   * Lets the leader do something, and waits for its end. The leader has a deadline in all that it
   * does with other JVMs; the others rely on it.
   */
  void lead(Occasion occasion, Runnable operation) {
    if (leads()) {
      try {
        operation.run();
      } catch (LockstepException e) {
        meetingPoint.fail(e);
        throw e;
      }
    }
    if (!isAlone()) {
      meetingPoint.meetUnhurried(local, occasion);
    }
  }
}
