package dev.lockstep.worker.combine;

import java.nio.FloatBuffer;

/** A copy of a buffer to go back to. */
final class Snapshot {
  private final FloatBuffer live;
  private final FloatBuffer copy;

  Snapshot(FloatBuffer live) {
    this.live = live;
    this.copy = FloatBuffer.allocate(live.capacity());
  }

  void take() {
    copy.put(0, live, 0, live.capacity());
  }

  void restore() {
    live.put(0, copy, 0, live.capacity());
  }
}
