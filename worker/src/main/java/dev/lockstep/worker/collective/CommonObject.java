package dev.lockstep.worker.collective;

import java.util.function.Supplier;

/**
 * How the ranks of one JVM come by an object of which there is one: the lowest of them makes it.
 */
final class CommonObject {
  private final MeetingPoint meetingPoint;

  /** Written by the lowest rank before a meeting, read by all after it. */
  private Object made = this;

  /**
   * @param meetingPoint of the JVM's ranks
   */
  CommonObject(MeetingPoint meetingPoint) {
    this.meetingPoint = meetingPoint;
  }

  /** Waits until it is made. */
  <T> T get(int localRank, Class<T> type, Supplier<T> maker, Occasion occasion) {
    if (localRank == 0) {
      made = maker.get();
    }
    meetingPoint.meet(localRank, occasion);
    T common = type.cast(made);
    meetingPoint.meet(localRank, occasion); // before another one is made
    return common;
  }
}
