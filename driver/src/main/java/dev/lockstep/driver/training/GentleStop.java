package dev.lockstep.driver.training;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What is done about a request to stop, again and again until the command has ended: jobs of Spark
 * are cancelled at once, but ranks that train are told by the driver's endpoint, and are cancelled
 * only where they have not ended in order after a while.
 */
final class GentleStop implements Runnable {
  private final Runnable cancel;
  private final Duration grace;
  private final LongSupplier nanoTime;
  private boolean training;
  private OptionalLong askedAt = OptionalLong.empty();

  /**
   * A stop that nobody has asked for so far.
   *
   * @param cancel ends the jobs of Spark
   * @param grace time in which ranks may end in order
   */
  GentleStop(Runnable cancel, Duration grace, LongSupplier nanoTime) {
    this.cancel = cancel;
    this.grace = grace;
    this.nanoTime = nanoTime;
  }

  /** From here on there are ranks that can be told. */
  synchronized void trainingBegins() {
    training = true;
  }

  @Override
  public synchronized void run() {
    long now = nanoTime.getAsLong();
    if (training && askedAt.isEmpty()) {
      askedAt = OptionalLong.of(now);
    }
    if (!training || now - askedAt.orElse(now) > grace.toNanos()) {
      cancel.run();
    }
  }
}
