package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.LocalSpark;
import dev.lockstep.driver.training.Training.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose rate is so high that they leave the finite numbers. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DivergenceIT {
  private static final Storage STORAGE = new Storage(Map.of());

  /** Leaves the finite numbers within the third of ten epochs. */
  private static final String TOO_HIGH = "training.optimizer={type: sgd, learning-rate: 2}";

  private static final String ROLLBACK =
      "training.on-divergence={rollback: {learning-rate-factor: 0.01, times: 2}}";

  @TempDir private static Path shared;
  private static SparkSession spark;
  private static Path data;

  @TempDir private Path directory;
  private final RecordedProgress progress = new RecordedProgress();
  private final ManualStop stop = new ManualStop();

  @BeforeAll
  static void start() throws IOException {
    Random random = new Random(1);
    List<String> lines = new ArrayList<>(List.of("x,y"));
    for (int i = 0; i < 96; i++) {
      double x = 1 + random.nextDouble();
      lines.add(x + "," + 2 * x);
    }
    data = Files.write(shared.resolve("line.csv"), lines);
    spark = LocalSpark.session("local[4]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void goesOnFromTheStartOfTheEpochWithLowerRates() {
    RunReport report = train("run", TOO_HIGH, ROLLBACK);

    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.epochs()).hasSize(10);
    assertThat(report.epochs().stream().map(EpochReport::trainLoss))
        .allSatisfy(loss -> assertThat(loss).isFinite());
    assertThat(rollbacks(report))
        .singleElement()
        .asString()
        .matches(
            "Back to the start of epoch [2-9], with learning rates times 0\\.01 from there on: .*");
  }

  @Test
  void givesTheSameWeightsHoweverItIsRunAndInterrupted() {
    RunReport alone = train("alone", TOO_HIGH, ROLLBACK);

    RunReport together =
        train("together", TOO_HIGH, ROLLBACK, "cluster.workers=3", "checkpoint.every=2 steps");
    progress.stopAt("Back to the start of epoch ");
    assertThatThrownBy(() -> train("interrupted", TOO_HIGH, ROLLBACK, "checkpoint.every=3 steps"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED));
    progress.stopAt("no line begins so");
    stop.reset();
    RunReport interrupted =
        train("interrupted", TOO_HIGH, ROLLBACK, "cluster.workers=2", "checkpoint.every=3 steps");

    assertThat(together.parametersSha256()).isEqualTo(alone.parametersSha256());
    assertThat(interrupted.parametersSha256()).isEqualTo(alone.parametersSha256());
    assertThat(rollbacks(together)).isEqualTo(rollbacks(alone));
    assertThat(rollbacks(interrupted)).isEqualTo(rollbacks(alone));
  }

  @Test
  void isTheRunWithTheLowerRateWhereTheFirstEpochDiverges() {
    RunReport lower = train("lower", "training.optimizer={type: sgd, learning-rate: 0.0625}");

    RunReport rolledBack =
        train(
            "back",
            "training.optimizer={type: sgd, learning-rate: 1048576}",
            "training.on-divergence={rollback: {learning-rate-factor: 5.9604644775390625e-8}}");

    assertThat(rolledBack.parametersSha256()).isEqualTo(lower.parametersSha256());
    assertThat(rollbacks(rolledBack))
        .singleElement()
        .asString()
        .startsWith("Back to the start of epoch 1, ");
  }

  @Test
  void failsOnceItWasTakenBackOftenEnough() {
    assertThatThrownBy(
            () ->
                train(
                    "run",
                    TOO_HIGH,
                    "training.on-divergence={rollback: {learning-rate-factor: 0.9, times: 2}}"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED))
        .hasMessageStartingWith(
            "Gave up after 2 rollbacks ('training.on-divergence.rollback.times'): Cannot go on"
                + " after epoch ");
  }

  @Test
  void givesTheSameWeightsWhereTheStartOfTheEpochIsDamagedAfterwards() throws IOException {
    RunReport undisturbed = train("undisturbed", TOO_HIGH, ROLLBACK, "checkpoint.keep=9");
    progress.stopAt("Back to the start of epoch ");
    assertThatThrownBy(() -> train("damaged", TOO_HIGH, ROLLBACK, "checkpoint.keep=9"))
        .isInstanceOf(LockstepException.class);
    progress.stopAt("no line begins so");
    stop.reset();
    RunDirectory run = new RunDirectory(directory.resolve("damaged").toString());
    List<CommittedCheckpoint> taken = new CheckpointCatalog(STORAGE, run).list(event -> {});
    Files.write(Path.of(taken.get(taken.size() - 1).folder(), "checkpoint.bin"), new byte[8]);

    RunReport report = train("damaged", TOO_HIGH, ROLLBACK, "checkpoint.keep=9");

    assertThat(report.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(report.events())
        .extracting(RunEvent::message)
        .anyMatch(message -> message.startsWith("Passed over a checkpoint: "));
  }

  @Test
  void leavesNoRollbackToAJobThatIsChanged() {
    String thrice = "training.on-divergence={rollback: {learning-rate-factor: 0.9, times: 1}}";
    String muchTooHigh = "training.optimizer={type: sgd, learning-rate: 1e9}";
    assertThatThrownBy(() -> train("run", muchTooHigh, thrice))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED));

    assertThatThrownBy(
            () -> train("run", "training.optimizer={type: sgd, learning-rate: 0.1}", thrice))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessageContaining("'training.optimizer.learning-rate' is 0.1 but was 1.0E9")
        .hasMessageContaining("--new-run");
  }

  private static List<String> rollbacks(RunReport report) {
    return report.events().stream()
        .map(RunEvent::message)
        .filter(message -> message.startsWith("Back to the start"))
        .toList();
  }

  private RunReport train(String name, String... overrides) {
    RunDirectory run = new RunDirectory(directory.resolve(name).toString());
    return new Training(spark, STORAGE, progress.with(stop), stop, Clock.systemUTC())
        .run(job(overrides), run, Existing.KEEP);
  }

  private static JobConfig job(String... overrides) {
    String text =
        """
        job: line
        data: {train: '%s', test: none, validation: none, label: {column: y, type: value}, numeric: {scale: none}}
        model: {layers: [output]}
        training: {epochs: 10, global-batch-size: 24, microbatch-size: 8}
        """
            .formatted(data);
    return JobFile.parse(text, "the test's", STORAGE, List.of(overrides));
  }
}
