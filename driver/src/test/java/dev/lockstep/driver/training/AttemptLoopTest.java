package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CheckpointFiles;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CheckpointStore;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Retention;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.config.OnDivergence;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.worker.spark.CheckpointNews;
import dev.lockstep.worker.spark.CheckpointVerdict;
import dev.lockstep.worker.training.TrainingResult;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AttemptLoopTest {
  private static final Storage STORAGE = new Storage(Map.of());
  private static final TrainingResult RESULT = new TrainingResult(2, "digest", 4, Optional.empty());

  private static final Position END = new Position(11, 0);

  @TempDir private Path directory;
  private final RecordedProgress progress = new RecordedProgress();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<Optional<Position>> starts = new ArrayList<>();
  private final JobConfig job = job();
  private final List<String> events = new ArrayList<>();
  private OnDivergence onDivergence = new OnDivergence.Stop();
  private CheckpointStore store;
  private CheckpointKeeper keeper;
  private ReportFile file;
  private RunRecorder recorder;

  @BeforeEach
  void claim() {
    RunDirectory run = new RunDirectory(directory.resolve("run").toString());
    DriverIdentity driver = new DriverIdentity("owner", "app", "host", 1, "today");
    Claimed claimed =
        (Claimed)
            new RunClaim(STORAGE, progress.with(new ManualStop()), run, driver)
                .claim(job, run.data());
    Patience once = Patience.of(Duration.ofMillis(1), event -> {});
    store =
        CheckpointStore.open(
            STORAGE, run, claimed.epoch(), new Retention(3, 0, OptionalInt.empty(), 0), once);
    file = new ReportFile(STORAGE, run, claimed.epoch(), once);
    recorder =
        new RunRecorder(file, 1, Clock.systemUTC(), claimed.description(), claimed.earlier());
    keeper =
        new CheckpointKeeper(
            store, recorder, progress.with(new ManualStop()), 2, END::equals, System::nanoTime);
  }

  @AfterEach
  void close() {
    keeper.close();
    file.close();
  }

  @Test
  void goesOnFromTheLastCheckpointUntilAnAttemptSucceeds() {
    TrainingResult result =
        loop(
            (attempt, from) -> {
              if (attempt < 3) {
                commit(new Position(attempt + 1, 0));
                throw lost();
              }
              commit(END);
              return RESULT;
            });

    assertThat(result).isEqualTo(RESULT);
    assertThat(starts)
        .containsExactly(
            Optional.empty(), Optional.of(new Position(2, 0)), Optional.of(new Position(3, 0)));
    assertThat(recorder.attempts()).isEqualTo(2);
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
                commit(new Position(attempt + 1, 0));
              }
              if (attempt < 9) {
                throw lost();
              }
              commit(END);
              return RESULT;
            });

    assertThat(result).isEqualTo(RESULT);
    assertThat(starts).hasSize(9);
  }

  @Test
  void doesNotTolerateTheLossOfACheckpointThatIsNeeded() throws Exception {
    List<CheckpointVerdict> verdicts = new ArrayList<>();
    for (Position position : List.of(new Position(2, 3), END)) {
      CountDownLatch answered = new CountDownLatch(1);
      keeper.failed(
          position,
          "Cannot write",
          verdict -> {
            verdicts.add(verdict);
            answered.countDown();
          });
      answered.await();
    }

    assertThat(verdicts.get(0).end()).isEmpty();
    assertThat(verdicts.get(1).end()).contains(FailureKind.STORAGE);
    assertThat(verdicts.get(1).message())
        .isEqualTo("Cannot go on without the checkpoint after epoch 10: Cannot write");
    assertThat(keeper.hasGivenUp()).isFalse();
  }

  @Test
  void commitsNothingOfAnAttemptThatHasEnded() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    Staged staged = stage(new Position(3, 1));

    keeper.staged(
        new CheckpointNews(staged, Optional.empty(), 0, 0),
        () -> false,
        verdict -> answered.countDown());
    answered.await();

    assertThat(store.list()).isEmpty();
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
            () -> attempts(new Rollbacks(onDivergence, keeper, END, events::add)).run(last))
        .hasMessage("Lost rank 1");
    assertThat(recorder.attempts()).isEqualTo(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void endsWhereMoreCheckpointsFailThanAreTolerated() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      CountDownLatch answered = new CountDownLatch(1);
      keeper.failed(new Position(2, i), "Cannot write", verdict -> answered.countDown());
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
  void goesBackToTheStartOfTheEpochAsOftenAsTheJobAllows() {
    onDivergence = new OnDivergence.Rollback(0.5, 2);

    assertThatThrownBy(
            () ->
                loop(
                    (attempt, from) -> {
                      commit(attempt == 1 ? new Position(3, 0) : new Position(3, attempt));
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
                      commit(END);
                      throw new LockstepException(FailureKind.DIVERGED, "The test loss is NaN");
                    }))
        .hasMessage("The test loss is NaN");
    assertThat(starts).hasSize(1);
  }

  private TrainingResult loop(AttemptLoop.Body body) {
    Rollbacks rollbacks = new Rollbacks(onDivergence, keeper, END, events::add);
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
        keeper, rollbacks, recorder, job.cluster(), progress.with(new ManualStop()), pauses::add);
  }

  private Staged stage(Position position) {
    String folder = store.staging().folder(STORAGE, position);
    CheckpointWriter writer = new CheckpointWriter(STORAGE, folder);
    writer.floats(CheckpointFiles.PARAMETERS, FloatBuffer.wrap(new float[] {1, 2}));
    return writer.finish(
        "config",
        "data",
        new CheckpointState(CheckpointState.FORMAT_VERSION, position, 0, List.of(), List.of()));
  }

  private void commit(Position position) {
    CountDownLatch answered = new CountDownLatch(1);
    keeper.staged(
        new CheckpointNews(stage(position), Optional.empty(), 0, 0),
        () -> true,
        verdict -> answered.countDown());
    try {
      answered.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LockstepException lost() {
    return new LockstepException(FailureKind.CLUSTER, "Lost rank 1");
  }

  private static JobConfig job() {
    String text =
        """
        job: one
        data: {train: a.csv, label: {column: y}}
        model: {layers: [output]}
        cluster: {max-attempts: 3}
        """;
    return JobFile.parse(text, "the test's", STORAGE, List.of());
  }
}
