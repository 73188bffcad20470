package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.Training.Existing;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run whose Spark application is ended under it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EndedApplicationIT {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
  private static final Storage STORAGE = new Storage(Map.of());

  @TempDir private Path directory;
  private final RecordedProgress progress = new RecordedProgress();

  @Test
  void aRunWhoseApplicationEndsFailsAtOnceAndTheSameCommandGoesOn() throws Exception {
    RunDirectory run = run("run");
    SparkSession ended = session();
    CompletableFuture<Void> trains = new CompletableFuture<>();
    CompletableFuture<Void> end = trains.thenRunAsync(ended::stop);
    progress.afterFirstEpoch(() -> trains.complete(null));

    assertThatThrownBy(() -> train(ended, run))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageStartingWith("Spark's application has ended: ")
        .hasMessageEndingWith(" (the same command goes on with the run)");

    end.get();
    RunReport failed = Json.read(STORAGE.readText(run.report()), RunReport.class, run.report());
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.failure().orElseThrow().exitCode()).isEqualTo(5);
    assertThat(failed.attempts()).isLessThan(3);
    assertThat(progress.lines).noneMatch(line -> line.contains("Gave up"));
    try (SparkSession next = session()) {
      RunReport resumed = train(next, run);
      RunReport undisturbed = train(next, run("undisturbed"));
      assertThat(resumed.status()).isEqualTo(RunStatus.COMPLETED);
      assertThat(resumed.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    }
  }

  private RunReport train(SparkSession spark, RunDirectory run) {
    ManualStop never = new ManualStop();
    return new Training(spark, STORAGE, progress.with(never), never, Clock.systemUTC())
        .run(job(), run, Existing.KEEP);
  }

  private RunDirectory run(String name) {
    return new RunDirectory(directory.resolve(name).toString());
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("ended")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate();
  }

  private static JobConfig job() {
    return JobFile.read(
        STORAGE,
        ROOT.resolve("conf/digits.yaml").toString(),
        List.of("data.train=" + ROOT.resolve("conf/digits.csv"), "training.epochs=10"));
  }
}
