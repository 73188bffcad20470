package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.resources.StopSignal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for a while, but no longer than until somebody asks to stop. */
final class StopAwarePause {
  private StopAwarePause() {}

  /**
   * Waits.
   *
   * @throws LockstepException of kind INTERRUPTED where somebody asks to stop
   */
  static void await(StopSignal stop, Duration time) {
    CountDownLatch asked = new CountDownLatch(1);
    StopSignal.Registration registration = stop.onRequest(asked::countDown);
    try {
      if (!asked.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      registration.close();
    }
    throw new LockstepException(
        FailureKind.INTERRUPTED, "Interrupted while another attempt was waited for");
  }
}
