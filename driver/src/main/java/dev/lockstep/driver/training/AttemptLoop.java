package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.failure.Count;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.common.run.Progress;
import dev.lockstep.worker.training.TrainingResult;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The one owner of retries:
 *
 * <pre>
 * for attempt = 1, 2, …
 *   restore the last checkpoint that can be read
 *   train from there with the slots that there are
 *   on failure: end, or go back to where the epoch began, or wait a little; then go on
 * </pre>
 *
 * <p>Only attempts without progress are counted: a run on a poor cluster ends all the same, as long
 * as each attempt commits a checkpoint.
 */
final class AttemptLoop {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final CheckpointKeeper keeper;
  private final Rollbacks rollbacks;
  private final RunRecorder recorder;
  private final RunEvents events;
  private final ClusterConfig cluster;
  private final Progress progress;
  private final Pause pause;

  /** One attempt, from a checkpoint or from the start. */
  interface Body {
    TrainingResult run(int attempt, Optional<CommittedCheckpoint> from);

    /** Whether another attempt can be made. */
    default boolean canGoOn() {
      return true;
    }
  }

  /** Waits, but no longer than until somebody asks to stop. */
  interface Pause {
    void await(Duration time);
  }

  AttemptLoop(
      CheckpointKeeper keeper,
      Rollbacks rollbacks,
      RunRecorder recorder,
      ClusterConfig cluster,
      Progress progress,
      Pause pause) {
    this.keeper = keeper;
    this.rollbacks = rollbacks;
    this.recorder = recorder;
    this.events = new RunEvents(recorder, progress);
    this.cluster = cluster;
    this.progress = progress;
    this.pause = pause;
  }

  /** Attempts until one succeeds. */
  TrainingResult run(Body body) {
    int withoutProgress = 0;
    for (int attempt = recorder.attempts() + 1; ; attempt++) {
      long commitsBefore = keeper.commits();
      Function<LockstepException, Remedy> remedy = Remedy::ofRestoring;
      try {
        Optional<CommittedCheckpoint> from = keeper.restore(events::tell);
        remedy = Remedy::ofTraining;
        return body.run(attempt, from);
      } catch (RuntimeException | Error e) {
        LockstepException failure = LockstepException.in(e);
        recorder.attemptFailed(attempt, failure);
        if (rollbacks.wasTakenBackAfter(failure)) {
          withoutProgress = 0;
          continue;
        }
        withoutProgress = keeper.commits() > commitsBefore ? 0 : withoutProgress + 1;
        if (remedy.apply(failure) == Remedy.END || keeper.hasGivenUp() || !body.canGoOn()) {
          throw failure;
        }
        goOn(attempt, withoutProgress, failure);
      }
    }
  }

  private void goOn(int attempt, int withoutProgress, LockstepException failure) {
    if (withoutProgress >= cluster.maxAttempts()) {
      throw new LockstepException(
          failure.kind(),
          "Gave up after %s in a row without progress ('cluster.max-attempts'): %s"
              .formatted(Count.of(withoutProgress, "attempt"), failure.getMessage()),
          failure);
    }
    Duration time = pauseAfter(withoutProgress);
    progress.line(
        "Attempt %d failed: %s; trying again in %s"
            .formatted(attempt, failure.getMessage(), Waiting.text(time)));
    pause.await(time);
  }

  private static Duration pauseAfter(int withoutProgress) {
    Duration time = FIRST_PAUSE.multipliedBy(1L << Math.max(0, Math.min(10, withoutProgress - 1)));
    return time.compareTo(LONGEST_PAUSE) < 0 ? time : LONGEST_PAUSE;
  }
}
