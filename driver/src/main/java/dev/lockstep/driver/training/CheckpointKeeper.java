package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointStore;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.failure.Count;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.worker.spark.CheckpointNews;
import dev.lockstep.worker.spark.CheckpointVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what rank 0 has staged, on a thread of its own named {@code lockstep-committer}, and
 * decides how many failures in a row a run survives.
 */
final class CheckpointKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);
  private static final Duration LEAVING = Duration.ofSeconds(5);

  private static final Duration MOMENT = Duration.ofSeconds(2);

  /** After a commit, people are told of it and of those that came since. */
  private static final Duration LATEST_TOLD_AFTER = Duration.ofSeconds(5);

  private final CheckpointStore store;
  private final RunRecorder recorder;
  private final RunEvents events;
  private final Progress progress;
  private final int tolerated;
  private final Predicate<Position> needed;
  private final LongSupplier nanoTime;
  private final AtomicLong commits = new AtomicLong();
  private final OwnThread committer = new OwnThread("lockstep-committer");
  private final CheckpointIncidents incidents = new CheckpointIncidents();
  private int failuresInARow;

  /** Whether {@code LATEST} is to be written; changed by the committer alone. */
  private volatile boolean latestDue;

  private volatile boolean givenUp;

  /**
   * A keeper for all attempts of a driver.
   *
   * @param tolerated failures in a row after which the training goes on
   * @param needed positions without whose checkpoint it does not
   */
  CheckpointKeeper(
      CheckpointStore store,
      RunRecorder recorder,
      Progress progress,
      int tolerated,
      Predicate<Position> needed,
      LongSupplier nanoTime) {
    this.store = store;
    this.recorder = recorder;
    this.events = new RunEvents(recorder, progress);
    this.progress = progress;
    this.tolerated = tolerated;
    this.needed = needed;
    this.nanoTime = nanoTime;
  }

  /** Checkpoints committed so far. */
  long commits() {
    return commits.get();
  }

  /** Whether more failures in a row came than are tolerated. */
  boolean hasGivenUp() {
    return givenUp;
  }

  /** What to go on from, once all that was staged before is decided. */
  Optional<CommittedCheckpoint> restore(Consumer<String> events) {
    return inTurn(
        () -> {
          Optional<CommittedCheckpoint> restored = store.restore(events);
          restored.ifPresent(checkpoint -> tellLatestSoon());
          return restored;
        });
  }

  /** Commits what the driver itself has staged. */
  void commit(Staged staged) {
    CommittedCheckpoint done =
        inTurn(
            () -> {
              CommittedCheckpoint committed = store.commit(staged, Optional.empty());
              incidents.ofReplicas(committed, staged.replicas()).ifPresent(events::tell);
              tellLatestSoon();
              return committed;
            });
    LOG.info("committed {}", done.name());
  }

  /** How often the run was taken back to a checkpoint, or to its very beginning. */
  int rollbacksTo(Optional<CommittedCheckpoint> checkpoint) {
    return inTurn(() -> store.rollbacksTo(checkpoint));
  }

  /** The latest checkpoint from which an epoch begins. */
  Optional<CommittedCheckpoint> epochStart() {
    return inTurn(store::epochStart);
  }

  /** Takes the run back there, once all that was staged before is decided. */
  void rollBack() {
    inTurn(
        () -> {
          store.rollBack();
          tellLatestSoon();
          return true;
        });
  }

  /** Removes what earlier attempts have left behind. */
  void collectOrphans() {
    List<String> deleted = inTurn(store::collectOrphans);
    deleted.forEach(path -> LOG.info("deleted {}, which nothing needs", path));
  }

  private <T> T inTurn(Callable<T> action) {
    return committer.inTurn("Interrupted while checkpoints were looked at", action);
  }

  /**
   * Commits a checkpoint, unless its attempt has ended by then; the answer comes on another thread.
   */
  void staged(CheckpointNews news, BooleanSupplier isWanted, Consumer<CheckpointVerdict> answer) {
    decide(() -> isWanted.getAsBoolean() ? commit(news) : CheckpointVerdict.goOn(), answer);
  }

  /** A checkpoint could not be staged. */
  void failed(Position position, String message, Consumer<CheckpointVerdict> answer) {
    decide(() -> unstaged(position, message), answer);
  }

  /** Rank 0 waits for the answer, so whatever goes wrong has to become one. */
  private void decide(Supplier<CheckpointVerdict> decision, Consumer<CheckpointVerdict> answer) {
    committer.later(
        () -> {
          CheckpointVerdict verdict;
          try {
            verdict = decision.get();
          } catch (RuntimeException | Error e) {
            LockstepException failure = LockstepException.in(e);
            LOG.error("a checkpoint could not be decided", e);
            verdict = CheckpointVerdict.end(failure.kind(), failure.getMessage());
          }
          answer.accept(verdict);
        });
  }

  /** Where checkpoints come fast, one time is enough for several. */
  private void tellLatestSoon() {
    if (!latestDue) {
      latestDue = true;
      committer.after(LATEST_TOLD_AFTER, this::tellLatest);
    }
  }

  private void tellLatest() {
    if (latestDue) {
      latestDue = false;
      store.tellLatest();
    }
  }

  /** Gives up what is under way, once people had a moment to be told of the last checkpoint. */
  @Override
  public void close() {
    if (latestDue) {
      committer.inTurnWithin(MOMENT, this::tellLatest);
    }
    if (!committer.endsWithin(LEAVING)) {
      progress.line("A checkpoint is still being committed while the run ends");
    }
  }

  private CheckpointVerdict commit(CheckpointNews news) {
    long started = nanoTime.getAsLong();
    incidents.ofStaging(news.trouble()).ifPresent(events::tell);
    try {
      CommittedCheckpoint done = store.commit(news.staged(), news.validationLoss());
      incidents.ofReplicas(done, news.staged().replicas()).ifPresent(events::tell);
      failuresInARow = 0;
      commits.incrementAndGet();
      tellLatestSoon();
      recorder.checkpoint(done, news, (nanoTime.getAsLong() - started) / 1e9);
      return CheckpointVerdict.goOn();
    } catch (LockstepException e) {
      if (e.kind() != FailureKind.STORAGE) {
        throw e;
      }
      return afterFailure(news.staged().position(), e.getMessage());
    }
  }

  /** A driver that took the run over clears away what this one's rank is writing. */
  private CheckpointVerdict unstaged(Position position, String message) {
    LockstepException failure =
        store.asSeenByItsOwner(new LockstepException(FailureKind.STORAGE, message));
    return failure.kind() == FailureKind.STORAGE
        ? afterFailure(position, failure.getMessage())
        : CheckpointVerdict.end(failure.kind(), failure.getMessage());
  }

  private CheckpointVerdict afterFailure(Position position, String message) {
    failuresInARow++;
    recorder.checkpointFailed(message);
    if (failuresInARow > tolerated) {
      givenUp = true;
      return CheckpointVerdict.end(
          FailureKind.STORAGE,
          "Failed to take %s in a row ('checkpoint.tolerate-failures' is %d): %s"
              .formatted(Count.of(failuresInARow, "checkpoint"), tolerated, message));
    }
    if (needed.test(position)) {
      return CheckpointVerdict.end(
          FailureKind.STORAGE,
          "Cannot go on without the checkpoint after %s: %s".formatted(position.text(), message));
    }
    progress.line("Going on without a checkpoint: %s".formatted(message));
    return CheckpointVerdict.goOn();
  }
}
