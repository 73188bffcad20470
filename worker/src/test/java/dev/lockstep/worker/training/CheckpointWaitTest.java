package dev.lockstep.worker.training;

import static dev.lockstep.worker.training.LocalTraining.SHARING;
import static dev.lockstep.worker.training.LocalTraining.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.testing.Networks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training that stands still for a checkpoint says so. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CheckpointWaitTest {
  @TempDir private Path directory;

  /** A checkpoint is stored only once the training has said that it waits. */
  private static final class Patient implements TrainingObserver, CheckpointSink {
    private final List<Position> told = new CopyOnWriteArrayList<>();
    private final List<Position> stored = new CopyOnWriteArrayList<>();
    private final Semaphore tellings = new Semaphore(0);

    @Override
    public void stepDone(StepReport step) {}

    @Override
    public void epochDone(EpochReport epoch) {}

    @Override
    public void waitsForCheckpoint(Position position, Duration time) {
      assertThat(time).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
      if (!told.contains(position)) {
        told.add(position);
        tellings.release();
      }
    }

    @Override
    public void store(StateCopy copy) {
      try {
        assertThat(tellings.tryAcquire(30, TimeUnit.SECONDS)).as("told of waiting").isTrue();
        stored.add(copy.state().position());
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void tellsWhichCheckpointTakesLong() throws IOException {
    NativeThreads.useOnePerOperation();
    SampleData data = SampleData.write(directory);
    LocalTraining training =
        LocalTraining.of(data.vectors(), Networks.MLP.with("sgd"), job(48, 6, SHARING));
    Patient patient = new Patient();

    training.train(2, patient, patient);

    assertThat(patient.told)
        .containsExactly(new Position(2, 0), new Position(LocalTraining.EPOCHS + 1, 0))
        .isEqualTo(patient.stored);
  }
}
