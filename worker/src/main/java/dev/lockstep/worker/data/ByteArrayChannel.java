package dev.lockstep.worker.data;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Bytes in memory as a channel. Unlike the channels of the JDK it does not end when its thread is
 * interrupted: Arrow would leave the buffer behind that it was filling.
 *
 * @param bytes between position and limit
 */
record ByteArrayChannel(ByteBuffer bytes) implements ReadableByteChannel {
  @Override
  public int read(ByteBuffer target) {
    if (!bytes.hasRemaining()) {
      return -1;
    }
    int length = Math.min(bytes.remaining(), target.remaining());
    target.put(bytes.slice(bytes.position(), length));
    bytes.position(bytes.position() + length);
    return length;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
