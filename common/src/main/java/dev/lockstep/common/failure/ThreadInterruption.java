package dev.lockstep.common.failure;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/** Knows a failure whose thread was told to end while it waited, whatever it then was called. */
public final class ThreadInterruption {
  private ThreadInterruption() {}

  /** Whether a failure, or what has caused it, is an interruption. */
  public static boolean isIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || cause instanceof ClosedByInterruptException
          || (cause instanceof InterruptedIOException
              && !(cause instanceof SocketTimeoutException))) {
        return true;
      }
    }
    return false;
  }
}
