package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Traffic;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what vectors bring onto the network, headers included. */
final class TrafficMeter {
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong plain = new AtomicLong();

  /**
   * A frame is sent.
   *
   * @param payload bytes of it
   * @param floats that it holds
   */
  void sent(int payload, int floats) {
    sent.addAndGet(FrameHeader.BYTES + payload);
    plain.addAndGet(FrameHeader.BYTES + (long) floats * Float.BYTES);
  }

  /** A frame is sent whose payload went through memory that the peer shares. */
  void sentHeader() {
    sent(0, 0);
  }

  Traffic traffic() {
    long soFar = sent.get();
    return new Traffic(soFar, plain.get() - soFar);
  }
}
