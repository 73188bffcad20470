package dev.lockstep.worker.spark;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.common.storage.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Stages one checkpoint by as many tries as that takes, and remembers what it took. */
final class StagingTries {
  private final Patience patience;
  private final LongSupplier nanoTime;
  private final long started;
  private final List<String> failures = new ArrayList<>();

  StagingTries(Patience patience, LongSupplier nanoTime) {
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
  }

  /** Tries until it succeeds, fails for good, or patience ends. */
  Staged call(Supplier<Staged> attempt) {
    return patience.call(
        "stage a checkpoint",
        () -> {
          try {
            return attempt.get();
          } catch (LockstepException e) {
            failures.add(e.getMessage());
            throw e;
          }
        });
  }

  /** Time since the first try. */
  Duration time() {
    return Duration.ofNanos(nanoTime.getAsLong() - started);
  }

  /** What it took to succeed, where it was more than one try. */
  Optional<String> trouble(Position position) {
    return failures.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Staging the checkpoint after %s took %s and %d tries: %s"
                .formatted(
                    position.text(),
                    Waiting.text(time()),
                    failures.size() + 1,
                    failures.get(failures.size() - 1)));
  }
}
