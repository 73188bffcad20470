package dev.lockstep.driver.training;

import dev.lockstep.common.run.Progress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The tasks that the cluster can run at once. Executors register one by one after Spark has
 * started, so a number that is too small may only be early.
 */
final class Slots {
  /** Where no number is asked for, executors are complete once none has come for this long. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private final IntSupplier available;
  private final LongSupplier nanoTime;
  private final Runnable pause;
  private final Progress progress;

  /**
   * @param available tasks that could run at this moment
   * @param nanoTime as {@link System#nanoTime}
   * @param pause called between two looks
   */
  Slots(IntSupplier available, LongSupplier nanoTime, Runnable pause, Progress progress) {
    this.available = available;
    this.nanoTime = nanoTime;
    this.pause = pause;
    this.progress = progress;
  }

  /**
   * Waits until there are as many slots as are wanted, or until the deadline.
   *
   * @param wanted left out: as many as there will be, at least one
   * @param deadline how long they are waited for
   * @return the slots that there are in the end, perhaps fewer
   */
  int await(OptionalInt wanted, Duration deadline) {
    long start = nanoTime.getAsLong();
    long changed = start;
    int slots = available.getAsInt();
    if (slots < wanted.orElse(1)) {
      progress.line(
          "Waiting for executors: %d of %s slots"
              .formatted(slots, wanted.isPresent() ? wanted.getAsInt() : "any number of"));
    }
    while (nanoTime.getAsLong() - start < deadline.toNanos()) {
      if (wanted.isPresent() ? slots >= wanted.getAsInt() : isComplete(slots, changed)) {
        return slots;
      }
      pause.run();
      int before = slots;
      slots = available.getAsInt();
      changed = slots == before ? changed : nanoTime.getAsLong();
    }
    return slots;
  }

  private boolean isComplete(int slots, long changed) {
    return slots > 0 && nanoTime.getAsLong() - changed >= QUIET.toNanos();
  }
}
