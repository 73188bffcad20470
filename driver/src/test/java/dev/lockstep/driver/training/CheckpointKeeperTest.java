package dev.lockstep.driver.training;

import static dev.lockstep.driver.training.ClaimedRun.END;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.spark.CheckpointNews;
import dev.lockstep.worker.spark.CheckpointVerdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoints are committed, and which a run cannot do without. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CheckpointKeeperTest {
  @TempDir private Path directory;
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
  void doesNotTolerateTheLossOfACheckpointThatIsNeeded() throws Exception {
    List<CheckpointVerdict> verdicts = new ArrayList<>();
    for (Position position : List.of(new Position(2, 3), END)) {
      CountDownLatch answered = new CountDownLatch(1);
      run.keeper.failed(
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
    assertThat(run.keeper.hasGivenUp()).isFalse();
  }

  @Test
  void tellsPeopleOfTheLastCheckpointAfterAWhile() {
    run.commit(new Position(2, 3));
    run.commit(new Position(3, 0));

    await()
        .atMost(20, TimeUnit.SECONDS)
        .ignoreExceptions() // there is none at first
        .until(() -> latest().startsWith("r00000003-00000000-"));
  }

  @Test
  void tellsPeopleOfTheLastCheckpointBeforeItLeaves() {
    run.commit(new Position(2, 3));
    run.commit(new Position(3, 0));

    run.keeper.close();

    assertThat(latest()).startsWith("r00000003-00000000-");
  }

  private String latest() {
    return ClaimedRun.STORAGE.readText(run.directory.latest());
  }

  @Test
  void tellsPeopleAndTheReportOfTroubleWithACheckpoint() {
    run.commit(new Position(3, 1), Optional.of("Staging took 7 tries"));

    assertThat(run.progress.lines).contains("Staging took 7 tries");
    await()
        .atMost(20, TimeUnit.SECONDS)
        .ignoreExceptions() // there is no report at first
        .until(() -> report().contains("\"Staging took 7 tries\""));
  }

  @Test
  void answersTheRankOfADriverThatHasLostItsRun() {
    Staged staged = run.stage(new Position(3, 1));
    DriverIdentity other = new DriverIdentity("other", "app", "host", 2, "today");
    var unused = DriverEpoch.claim(ClaimedRun.STORAGE, run.directory, other);
    await().atMost(20, TimeUnit.SECONDS).until(this::theReportIsRefused);
    CompletableFuture<CheckpointVerdict> answer = new CompletableFuture<>();

    run.keeper.staged(
        new CheckpointNews(staged, Optional.empty(), 0, 0, 0, Optional.of("Staging took 7 tries")),
        () -> true,
        answer::complete);

    assertThat(answer).succeedsWithin(20, TimeUnit.SECONDS);
    assertThat(answer.join().end()).contains(FailureKind.FENCED);
  }

  private boolean theReportIsRefused() {
    try {
      run.recorder.event("something");
      return false;
    } catch (LockstepException e) {
      return e.kind() == FailureKind.FENCED;
    }
  }

  private String report() {
    return ClaimedRun.STORAGE.readText(run.directory.report());
  }

  @Test
  void commitsNothingOfAnAttemptThatHasEnded() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    Staged staged = run.stage(new Position(3, 1));

    run.keeper.staged(
        new CheckpointNews(staged, Optional.empty(), 0, 0, 0, Optional.empty()),
        () -> false,
        verdict -> answered.countDown());
    answered.await();

    assertThat(run.store.list()).isEmpty();
  }
}
