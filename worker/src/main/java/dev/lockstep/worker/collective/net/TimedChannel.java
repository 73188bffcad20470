package dev.lockstep.worker.collective.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * A blocking connection on which what is expected has to come in time.
 *
 * @param until by {@link System#nanoTime}
 */
record TimedChannel(SocketChannel channel, long until) {
  /** Reads some bytes, all of them in time, however slowly they come. */
  byte[] read(int length) throws IOException {
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left <= 0) {
        throw new SocketTimeoutException("it took too long");
      }
      channel.socket().setSoTimeout((int) left);
      int size = channel.socket().getInputStream().read(bytes, at, length - at);
      if (size < 0) {
        throw new EOFException("the connection was closed");
      }
      at += size;
    }
    return bytes;
  }

  /** Writes a few bytes. */
  void write(byte[] bytes) throws IOException {
    channel.socket().getOutputStream().write(bytes);
  }
}
