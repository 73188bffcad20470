package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.model.CheckpointModel;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.training.Training.Existing;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two jobs with one folder for their prepared data, which wants it otherwise. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SharedDataIT {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
  private static final Storage STORAGE = new Storage(Map.of());
  private static final String OTHERWISE = "data.numeric.scale=standard";

  private static SparkSession spark;

  @TempDir private Path directory;
  private final RecordedProgress progress = new RecordedProgress();
  private final ManualStop never = new ManualStop();

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[4]") // two for the ranks, two for the other job
            .appName("shared-data")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void aModelKeepsThePreprocessingThatItWasTrainedWith() {
    RunDirectory run = new RunDirectory(directory.resolve("run").toString());
    List<String> before = new ArrayList<>();
    progress.afterFirstEpoch(
        () -> {
          before.add(preprocessing());
          prepare(OTHERWISE);
        });

    training().run(job("training.epochs=4"), run, Existing.KEEP);

    assertThat(before).hasSize(1);
    assertThat(preprocessing()).isNotEqualTo(before.get(0));
    assertThat(ModelFiles.read(STORAGE, run).preprocessing()).isEqualTo(before.get(0));
  }

  @Test
  void aCheckpointIsNoModelWithThePreprocessingOfOtherData() {
    RunDirectory run = new RunDirectory(directory.resolve("run").toString());
    training().run(job("training.epochs=1"), run, Existing.KEEP);
    String last = new CheckpointCatalog(STORAGE, run).list(event -> {}).get(0).name();
    CheckpointModel.read(STORAGE, RunDescription.read(STORAGE, run), run, last, event -> {});

    prepare(OTHERWISE);

    assertThatThrownBy(
            () ->
                CheckpointModel.read(
                    STORAGE, RunDescription.read(STORAGE, run), run, last, event -> {}))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot use checkpoint '%s': the data in ".formatted(last));
  }

  private void prepare(String override) {
    new Preparation(spark, STORAGE, progress.with(never)).prepare(job(override), shared());
  }

  private String preprocessing() {
    return STORAGE.readText(shared() + "/" + PreparedDataset.PREPROCESSING);
  }

  private String shared() {
    return directory.resolve("shared").toString();
  }

  private Training training() {
    return new Training(spark, STORAGE, progress.with(never), never, Clock.systemUTC());
  }

  private JobConfig job(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.train=" + ROOT.resolve("conf/digits.csv"),
                "data.prepared=" + shared(),
                "cluster.workers=2"));
    all.addAll(List.of(overrides));
    return JobFile.read(STORAGE, ROOT.resolve("conf/digits.yaml").toString(), all);
  }
}
