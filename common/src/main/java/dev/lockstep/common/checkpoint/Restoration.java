package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.TransientFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the checkpoint to go on from: the latest that is whole.
 *
 * <p>A damaged one is marked and passed over. One whose storage is away is waited for within the
 * budget, then passed over without a mark. Where there are checkpoints but none can be used, or the
 * log itself is incomplete, that is a failure: never a silent fresh start. It is one that may pass
 * where storage was away.
 */
final class Restoration {
  private final Storage storage;
  private final RunDirectory run;
  private final Patience patience;
  private final Consumer<String> events;
  private final Quarantine quarantine;
  private final List<String> refusals = new ArrayList<>();
  private Optional<LockstepException> away = Optional.empty();

  Restoration(Storage storage, RunDirectory run, Patience patience, Consumer<String> events) {
    this.storage = storage;
    this.run = run;
    this.patience = patience;
    this.events = events;
    quarantine = new Quarantine(storage, run);
  }

  Optional<CommittedCheckpoint> latest(LogHistory history) {
    List<CommittedCheckpoint> living = history.living(run);
    Set<String> marked = quarantine.names();
    for (int i = living.size() - 1; i >= 0; i--) {
      CommittedCheckpoint checkpoint = living.get(i);
      if (marked.contains(checkpoint.name())) {
        passOver(
            "Checkpoint %s was found damaged before: %s"
                .formatted(
                    checkpoint.name(),
                    quarantine.reason(checkpoint.name()).orElse("its mark cannot be read")));
      } else if (isWhole(checkpoint)) {
        return Optional.of(checkpoint);
      }
    }
    requireNoneLost(history, living.size());
    return Optional.empty();
  }

  private boolean isWhole(CommittedCheckpoint checkpoint) {
    try {
      read(checkpoint);
      return true;
    } catch (LockstepException e) {
      if (DamageException.isIn(e)) {
        mark(checkpoint, e.getMessage());
      } else if (TransientFailure.is(e)) {
        away = Optional.of(e);
      } else {
        throw e;
      }
      passOver(e.getMessage());
      return false;
    }
  }

  /** Storage that was waited for in vain once is not waited for again. */
  private void read(CommittedCheckpoint checkpoint) {
    if (away.isPresent()) {
      verify(checkpoint);
    } else {
      patience.run("read checkpoint " + checkpoint.name(), () -> verify(checkpoint));
    }
  }

  private void verify(CommittedCheckpoint checkpoint) {
    StoredCheckpoint stored = checkpoint.open(storage);
    stored.verify();
    CheckpointReading.of(checkpoint.folder())
        .attempt(
            () -> {
              if (!stored.manifest().name().equals(checkpoint.name())
                  || !stored.state().position().equals(checkpoint.position())) {
                throw new DamageException("it is not the one that the commit log means");
              }
              return true;
            });
  }

  private void mark(CommittedCheckpoint checkpoint, String reason) {
    try {
      quarantine.add(checkpoint, reason);
    } catch (LockstepException e) {
      events.accept("A damaged checkpoint could not be marked: " + e.getMessage());
    }
  }

  private void passOver(String reason) {
    refusals.add(reason);
    events.accept("Passed over a checkpoint: " + reason);
  }

  private void requireNoneLost(LogHistory history, int living) {
    if (living > 0) {
      throw lost(
          "none of its %d checkpoints can be used; the latest: %s"
              .formatted(living, refusals.get(0)));
    }
    if (!history.isWhole()) {
      throw lost("entries of its commit log are damaged or missing in " + run.log());
    }
    for (String name : storage.names(run.checkpoints())) {
      CheckpointName.parse(name)
          .filter(checkpoint -> !history.hasEntryOf(checkpoint.driverEpoch()))
          .ifPresent(
              checkpoint -> {
                throw lost("checkpoint %s is there but its commit log is not".formatted(name));
              });
    }
  }

  private LockstepException lost(String reason) {
    String advice =
        away.isPresent()
            ? "the same command goes on once the storage is back"
            : "--new-run starts anew";
    return new LockstepException(
        FailureKind.STORAGE,
        "Cannot resume the run in %s: %s (%s)".formatted(run.root(), reason, advice),
        away.orElse(null));
  }
}
