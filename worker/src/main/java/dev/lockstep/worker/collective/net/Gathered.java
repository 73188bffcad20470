package dev.lockstep.worker.collective.net;

import java.nio.ByteBuffer;

/** Gathers a short payload, to be read in one piece. */
abstract class Gathered implements FrameReader.Destination {
  private final ByteBuffer bytes;

  /**
   * Takes memory for a payload.
   *
   * @param size of the payload, within the cap of its type
   */
  Gathered(int size) {
    this.bytes = ByteBuffer.allocate(size);
  }

  /** Takes the whole payload. */
  abstract void complete(ByteBuffer payload);

  @Override
  public final void take(ByteBuffer part) {
    bytes.put(part);
  }

  @Override
  public final void complete() {
    complete(bytes.flip());
  }
}
