package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Holdings;
import dev.lockstep.worker.testing.NetRanks;
import dev.lockstep.worker.testing.Networks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole training, with its evaluation every 50 steps, on ranks of which two share a node. */
@Tag("slow")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TrainingSoakTest {
  private static final int SAMPLES = 300;
  private static final int EPOCHS = 200;
  private static final int EARLY = 100;
  private static final int STEPS = 10_000;

  /** ND4J's table of what it has to free keeps the size that garbage has once had. */
  private static final int BETWEEN_COLLECTIONS = 500;

  /** Bytes of classes and tables that are filled once a JVM; 400 a step would be found out. */
  private static final long HEAP = 4 << 20;

  /** Threads and files that other parts of the JVM may open meanwhile. */
  private static final long STRAY = 10;

  @Test
  void holdsNoMoreAfterTenThousandStepsThanAfterAHundred(@TempDir Path directory)
      throws IOException {
    NativeThreads.useOnePerOperation();
    Dataset data = Dataset.write(directory, new InputShape.Vector(12), SAMPLES, 100, 7);
    TrainingPlan chosen = LocalTraining.plan(data, Networks.MLP.with("adam").toJson(), job());

    List<List<Holdings>> ofRanks =
        NetRanks.on(1, 2).run(chosen.lanes(), group -> train(chosen, group));

    assertThat(ofRanks.get(0)).hasSize(2);
    Holdings early = ofRanks.get(0).get(0);
    Holdings late = ofRanks.get(0).get(1);
    assertThat(late.heap() - early.heap()).isLessThan(HEAP);
    assertThat(late.direct()).isLessThanOrEqualTo(early.direct());
    assertThat(late.pooled()).isLessThanOrEqualTo(early.pooled());
    assertThat(late.nativeBytes()).isLessThanOrEqualTo(early.nativeBytes());
    assertThat(late.threads() - early.threads()).isLessThan(STRAY);
    assertThat(late.files() - early.files()).isLessThan(STRAY);
  }

  private static List<Holdings> train(TrainingPlan plan, ProcessGroup group) {
    Counting counting = new Counting(group.rank(), new ArrayList<>());
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      training.run(counting, copy -> {});
    }
    return counting.holdings();
  }

  private static JobConfig job() {
    String text =
        """
        job: test
        data: {train: unused.csv, label: {column: label}}
        model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
        training: {epochs: %d, global-batch-size: 6, microbatch-size: 2}
        """
            .formatted(EPOCHS);
    return JobFile.parse(text, "test.yaml", new Storage(Map.of()), List.of());
  }

  /** Looks at what the process holds, on rank 0, while the others wait for its next exchange. */
  private record Counting(int rank, List<Holdings> holdings) implements TrainingObserver {
    @Override
    public void stepDone(StepReport step) {
      int steps = (step.epoch() - 1) * step.steps() + step.step();
      if (rank == 0 && (steps == EARLY || steps == STEPS)) {
        holdings.add(Holdings.current());
      } else if (rank == 0 && steps % BETWEEN_COLLECTIONS == 0) {
        System.gc();
      }
    }

    @Override
    public void epochDone(EpochReport epoch) {
      assertThat(epoch.trainLoss()).isFinite();
    }
  }
}
