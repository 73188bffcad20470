package dev.lockstep.driver.training;

import dev.lockstep.driver.resources.StopSignal;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * How long a thread may go on once somebody has asked to stop. From then on it is interrupted,
 * again and again until its work is over: whatever it waits for, a file system that is away as much
 * as another thread, ends.
 */
final class StopDeadline {
  private final Thread worker = Thread.currentThread();
  private final LongSupplier nanoTime;
  private Duration time = Duration.ZERO;
  private long grantedAt;
  private OptionalLong askedAt = OptionalLong.empty();
  private boolean interrupted;
  private boolean over;

  private StopDeadline(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.grantedAt = nanoTime.getAsLong();
  }

  /**
   * Works on this thread, which may go on for no time unless it is {@linkplain #grant granted}
   * some.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  static <T> T over(StopSignal stop, LongSupplier nanoTime, Function<StopDeadline, T> work) {
    StopDeadline deadline = new StopDeadline(nanoTime);
    StopSignal.Registration registration = stop.onRequest(deadline::asked);
    try {
      return work.apply(deadline);
    } finally {
      registration.close();
      deadline.end();
    }
  }

  /**
   * From here on the thread may go on for so long after the request, or after this call where the
   * request came before. An interruption that has come already is taken back.
   */
  synchronized void grant(Duration newTime) {
    time = newTime;
    grantedAt = nanoTime.getAsLong();
    takeBack();
  }

  private synchronized void asked() {
    long now = nanoTime.getAsLong();
    if (askedAt.isEmpty()) {
      askedAt = OptionalLong.of(now);
    }
    long since = Math.min(now - askedAt.getAsLong(), now - grantedAt);
    if (!over && since >= time.toNanos()) {
      interrupted = true;
      worker.interrupt();
    }
  }

  private synchronized void end() {
    over = true;
    takeBack();
  }

  /** Leaves alone an interruption that came from elsewhere. */
  private void takeBack() {
    if (interrupted) {
      var unused = Thread.interrupted();
      interrupted = false;
    }
  }
}
