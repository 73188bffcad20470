package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CheckpointStore;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Retention;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.worker.spark.CheckpointNews;
import dev.lockstep.worker.spark.CheckpointVerdict;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A claimed run whose training is made up: its checkpoints, their keeper and its recorder. */
final class ClaimedRun implements AutoCloseable {
  static final Storage STORAGE = new Storage(Map.of());
  static final Position END = new Position(11, 0);

  final JobConfig job = job();
  final RecordedProgress progress = new RecordedProgress();
  final RunDirectory directory;
  final CheckpointStore store;
  final CheckpointKeeper keeper;
  final RunRecorder recorder;
  private final ReportFile file;

  ClaimedRun(Path folder) {
    RunDirectory run = new RunDirectory(folder.resolve("run").toString());
    directory = run;
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

  /** Stages and commits a checkpoint as an attempt that goes on. */
  void commit(Position position) {
    commit(position, Optional.empty());
  }

  /**
   * The same.
   *
   * @param trouble that rank 0 had with it
   */
  void commit(Position position, Optional<String> trouble) {
    CompletableFuture<CheckpointVerdict> answer = new CompletableFuture<>();
    keeper.staged(
        new CheckpointNews(stage(position), Optional.empty(), 0, 0, 0, trouble),
        () -> true,
        answer::complete);
    var unused = answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  Staged stage(Position position) {
    String folder = store.staging().folder(STORAGE, position);
    try (CheckpointWriter writer = new CheckpointWriter(STORAGE, folder)) {
      writer.vector(VectorNames.PARAMETERS, FloatBuffer.wrap(new float[] {1, 2}));
      return writer.finish(
          "config",
          "data",
          List.of(),
          "{}",
          new CheckpointState(position, 0, List.of(), List.of()));
    }
  }

  @Override
  public void close() {
    keeper.close();
    file.close();
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
