package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;
import java.nio.ByteBuffer;

/** Copies a payload to consecutive places of a vector while it comes in. */
final class IntoVector implements FrameReader.Destination {
  private final ByteBuffer memory;
  private final Runnable then;
  private int position;

  /**
   * A place for a payload.
   *
   * @param start float at which it begins
   * @param then runs once all has come
   */
  IntoVector(FloatVector vector, int start, Runnable then) {
    this.memory = vector.bytes();
    this.position = start * Float.BYTES;
    this.then = then;
  }

  @Override
  public void take(ByteBuffer part) {
    int size = part.remaining();
    memory.put(position, part, part.position(), size);
    position += size;
  }

  @Override
  public void complete() {
    then.run();
  }
}
