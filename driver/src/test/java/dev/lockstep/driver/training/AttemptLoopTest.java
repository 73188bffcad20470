package dev.lockstep.driver.training;

import static dev.lockstep.driver.training.ClaimedRun.END;
import static dev.lockstep.driver.training.ClaimedRun.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.OnDivergence;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.training.TrainingResult;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which failures are followed by another attempt, and where it begins. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AttemptLoopTest {
  private static final TrainingResult RESULT = new TrainingResult(2, "digest", 4, Optional.empty());

  @TempDir private Path directory;
  private final List<Duration> pauses = new ArrayList<>();
  private final List<Optional<Position>> starts = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private OnDivergence onDivergence = new OnDivergence.Stop();
  private ClaimedRun run;

  @BeforeEach
  void claim() {
    run = new ClaimedRun(directory);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void goesOnFromTheLastCheckpointUntilAnAttemptSucceeds() {
    TrainingResult result =
        loop(
            (attempt, from) -> {
              if (attempt < 3) {
                run.commit(new Position(attempt + 1, 0));
                throw lost();
              }
              run.commit(END);
              return RESULT;
            });

    assertThat(result).isEqualTo(RESULT);
    assertThat(starts)
        .containsExactly(
            Optional.empty(), Optional.of(new Position(2, 0)), Optional.of(new Position(3, 0)));
    assertThat(run.recorder.attempts()).isEqualTo(2);
  }

  @Test
  void givesUpAfterAttemptsWithoutProgressAndPausesLongerEachTime() {
    assertThatThrownBy(
            () ->
                loop(
                    (attempt, from) -> {
                      throw lost();
                    }))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessage(
            "Gave up after 3 attempts in a row without progress ('cluster.max-attempts'): Lost rank"
                + " 1");
    assertThat(pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  @Test
  void countsAttemptsWithoutProgressOnly() {
    TrainingResult result =
        loop(
            (attempt, from) -> {
              if (attempt % 2 == 1) {
                run.commit(new Position(attempt + 1, 0));
              }
              if (attempt < 9) {
                throw lost();
              }
              run.commit(END);
              return RESULT;
            });

    assertThat(result).isEqualTo(RESULT);
    assertThat(starts).hasSize(9);
  }

  @Test
  void doesNotRepeatWhatWouldFailAgain() {
    for (FailureKind kind :
        List.of(FailureKind.CONFIG, FailureKind.DATA, FailureKind.DIVERGED, FailureKind.INTERNAL)) {
      starts.clear();

      assertThatThrownBy(
              () ->
                  loop(
                      (attempt, from) -> {
                        throw new LockstepException(kind, "Cannot go on");
                      }))
          .hasMessage("Cannot go on");
      assertThat(starts).hasSize(1);
    }
  }

  @Test
  void endsWhereNoAttemptCanBeMadeAnyMore() {
    AttemptLoop.Body last =
        new AttemptLoop.Body() {
          @Override
          public TrainingResult run(int attempt, Optional<CommittedCheckpoint> from) {
            throw lost();
          }

          @Override
          public boolean canGoOn() {
            return false;
          }
        };

    assertThatThrownBy(
            () -> attempts(new Rollbacks(onDivergence, run.keeper, END, events::add)).run(last))
        .hasMessage("Lost rank 1");
    assertThat(run.recorder.attempts()).isEqualTo(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void endsWhereMoreCheckpointsFailThanAreTolerated() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      CountDownLatch answered = new CountDownLatch(1);
      run.keeper.failed(new Position(2, i), "Cannot write", verdict -> answered.countDown());
      answered.await();
    }

    assertThatThrownBy(
            () ->
                loop(
                    (attempt, from) -> {
                      throw new LockstepException(FailureKind.STORAGE, "Failed to take 3");
                    }))
        .hasMessage("Failed to take 3");
    assertThat(starts).hasSize(1);
  }

  @Test
  void triesAgainWhereTheStorageOfCheckpointsWasAway() {
    ConnectException away = new ConnectException("Connection refused");
    LockstepException failure =
        new LockstepException(FailureKind.STORAGE, "Cannot resume the run", away);

    assertThat(Remedy.ofRestoring(failure)).isEqualTo(Remedy.RETRY);
  }

  @Test
  void endsAtOnceWhereEveryCheckpointIsDamaged() throws IOException {
    run.commit(new Position(2, 0));
    for (CommittedCheckpoint checkpoint : run.store.list()) {
      Files.write(Path.of(checkpoint.folder(), "checkpoint.bin"), new byte[40]);
    }

    assertThatThrownBy(() -> loop((attempt, from) -> RESULT))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageContaining("none of its 1 checkpoints can be used; the latest: Cannot read");
    assertThat(starts).isEmpty();
    assertThat(pauses).isEmpty();
  }

  @Test
  void goesBackToTheStartOfTheEpochAsOftenAsTheJobAllows() {
    onDivergence = new OnDivergence.Rollback(0.5, 2);

    assertThatThrownBy(
            () ->
                loop(
                    (attempt, from) -> {
                      run.commit(attempt == 1 ? new Position(3, 0) : new Position(3, attempt));
                      throw new LockstepException(FailureKind.DIVERGED, "The loss is NaN");
                    }))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED))
        .hasMessage(
            "Gave up after 2 rollbacks ('training.on-divergence.rollback.times'): The loss is NaN");

    assertThat(starts)
        .containsExactly(
            Optional.empty(), Optional.of(new Position(3, 0)), Optional.of(new Position(3, 0)));
    assertThat(events)
        .containsExactly(
            "Back to the start of epoch 3, with learning rates times 0.5 from there on: The loss is"
                + " NaN",
            "Back to the start of epoch 3, with learning rates times 0.25 from there on: The loss"
                + " is NaN");
  }

  @Test
  void doesNotGoBackWhereNothingIsLeftToTrain() {
    onDivergence = new OnDivergence.Rollback(0.5, 2);

    assertThatThrownBy(
            () ->
                loop(
                    (attempt, from) -> {
                      run.commit(END);
                      throw new LockstepException(FailureKind.DIVERGED, "The test loss is NaN");
                    }))
        .hasMessage("The test loss is NaN");
    assertThat(starts).hasSize(1);
  }

  private TrainingResult loop(AttemptLoop.Body body) {
    Rollbacks rollbacks = new Rollbacks(onDivergence, run.keeper, END, events::add);
    return attempts(rollbacks)
        .run(
            (attempt, from) -> {
              starts.add(from.map(CommittedCheckpoint::position));
              rollbacks.goOnFrom(
                  from, from.map(c -> c.open(STORAGE).state().rollbacks()).orElse(0));
              return body.run(attempt, from);
            });
  }

  private AttemptLoop attempts(Rollbacks rollbacks) {
    return new AttemptLoop(
        run.keeper,
        rollbacks,
        run.recorder,
        run.job.cluster(),
        run.progress.with(new ManualStop()),
        pauses::add);
  }

  private static LockstepException lost() {
    return new LockstepException(FailureKind.CLUSTER, "Lost rank 1");
  }
}
