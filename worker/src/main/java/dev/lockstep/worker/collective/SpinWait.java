package dev.lockstep.worker.collective;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How the thread of a rank waits awake before it sleeps. A thread that is put off its core in the
 * middle of it has learnt that others need the core as well: for a while it sleeps sooner, so that
 * they, who may be what it waits for, come to it. Belongs to one thread.
 */
public final class SpinWait {
  /** A look at the clock takes far less, unless somebody else has the core or the JVM stands. */
  private static final long PUT_OFF = 1_000_000;

  /** For so many nanoseconds the core is taken for one in demand. */
  private static final long WARY = 100_000_000;

  private final Spin spin;
  private final LongSupplier nanoTime;
  private long waryUntil;

  /**
   * @param nanoTime such as {@code System::nanoTime}
   */
  public SpinWait(Spin spin, LongSupplier nanoTime) {
    this.spin = spin;
    this.nanoTime = nanoTime;
    this.waryUntil = nanoTime.getAsLong();
  }

  /** Waits until something has come about, or is not worth waiting awake for any longer. */
  public void await(BooleanSupplier hasCome) {
    long start = nanoTime.getAsLong();
    long longest =
        start - waryUntil < 0 ? Math.min(spin.nanos(), Spin.BRIEF.nanos()) : spin.nanos();
    long now = start;
    while (now - start < longest && !hasCome.getAsBoolean()) {
      Thread.onSpinWait();
      long before = now;
      now = nanoTime.getAsLong();
      if (now - before > PUT_OFF) {
        waryUntil = now + WARY;
        return;
      }
    }
  }
}
