package dev.lockstep.worker.combine;

import java.nio.FloatBuffer;

/** A copy of the first floats of a buffer to go back to. */
final class Snapshot {
  private final FloatBuffer live;
  private final FloatBuffer copy;

  /**
   * @param length floats that are kept; 0 where nobody will go back
   */
  Snapshot(FloatBuffer live, int length) {
    this.live = live;
    this.copy = FloatBuffer.allocate(length);
  }

  void take() {
    copy.put(0, live, 0, copy.capacity());
  }

  /** The floats that were kept. */
  FloatBuffer floats() {
    return copy;
  }

  void restore() {
    live.put(0, copy, 0, copy.capacity());
  }
}
