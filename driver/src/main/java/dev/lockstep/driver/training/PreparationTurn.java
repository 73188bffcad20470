package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.prepare.PreparedDataset;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Prepares the data of a run once nobody else prepares that folder: it may be the driver from which
 * the run was taken over, or another job with the same data.
 *
 * @param epoch of the driver that waits, and waits no longer once the run is another's
 * @param budget how long it waits
 * @param pause waits for a while
 * @param events told once that it waits
 */
record PreparationTurn(
    DriverEpoch epoch, Duration budget, Consumer<Duration> pause, Consumer<String> events) {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /**
   * Prepares as soon as that can be done.
   *
   * @param preparation fails with kind FENCED while somebody else is at it
   */
  PreparedDataset take(Supplier<PreparedDataset> preparation) {
    for (Duration waited = Duration.ZERO; ; waited = waited.plus(LOOK)) {
      try {
        return preparation.get();
      } catch (LockstepException e) {
        if (e.kind() != FailureKind.FENCED || waited.compareTo(budget) >= 0) {
          throw e;
        }
        epoch.require();
        if (waited.isZero()) {
          events.accept("Waiting for another preparation: " + e.getMessage());
        }
        pause.accept(LOOK);
      }
    }
  }
}
