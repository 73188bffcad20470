package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.Training.ChangedData;
import dev.lockstep.driver.training.Training.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs whose data is not what or where it was. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ChangedDataIT extends LocalRun {
  private static final Path DIGITS =
      Path.of(System.getProperty("lockstep.root"), "conf", "digits.csv");

  private Path data;
  private List<String> lines;

  @BeforeEach
  void copyData() throws IOException {
    data = directory.resolve("digits.csv");
    lines = Files.readAllLines(DIGITS);
    Files.write(data, lines);
  }

  @Test
  void leavesACompleteRunAsItIsWhereMoreEpochsAreRefused() throws IOException {
    train(2);
    Map<String, byte[]> before = files();
    RunReport complete = jobs.report(run);
    shorten();

    refuse(() -> train(4));

    assertSame(before);
    RunReport refused = jobs.report(run);
    assertThat(refused.refusal().orElseThrow().exitCode()).isEqualTo(3);
    assertThat(refused)
        .usingRecursiveComparison()
        .ignoringFields("events", "refusal")
        .isEqualTo(complete);
    Files.write(data, lines);
    RunReport extended = train(4);
    assertThat(extended.epochs()).hasSize(4);
    RunDirectory other = new RunDirectory(directory.resolve("other").toString());
    assertThat(extended.parametersSha256()).isEqualTo(train(other, 4).parametersSha256());
  }

  @Test
  void leavesACompleteRunAsItIsWhereNoCheckpointCanBeRead() throws IOException {
    train(2);
    RunReport complete = jobs.report(run);
    Storage storage = new Storage(Map.of());
    storage.delete(run.model());
    for (String checkpoint : storage.names(run.checkpoints())) {
      storage.delete(run.checkpoints() + "/" + checkpoint);
    }

    assertThatThrownBy(() -> train(2))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE));

    assertThat(jobs.report(run))
        .usingRecursiveComparison()
        .ignoringFields("events", "refusal")
        .isEqualTo(complete);
  }

  @Test
  void makesNoModelOfOldWeightsAndNewPreprocessing() throws IOException {
    train(2);
    new Storage(Map.of()).delete(run.model());
    shorten();

    assertThatThrownBy(() -> jobs.training().run(job(2), run, Existing.KEEP, ChangedData.ACCEPT))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot make the model of the run in " + run.root() + " anew");
    assertThat(Path.of(run.model())).doesNotExist();
  }

  @Test
  void leavesNoShardOfRefusedDataInAFolderThatOthersShare() throws IOException {
    Path shared = directory.resolve("shared");
    String prepared = "data.prepared=" + shared;
    train(2, prepared);
    String others = directory.resolve("others.csv").toString();
    Files.write(Path.of(others), lines.subList(0, lines.size() - 100));
    jobs.training()
        .run(
            job(1, prepared, "data.train=" + others),
            new RunDirectory(directory.resolve("other").toString()),
            Existing.KEEP);
    List<String> before = new Storage(Map.of()).names(shared.toString());
    shorten();

    refuse(() -> train(4, prepared));

    assertThat(new Storage(Map.of()).names(shared.toString())).isEqualTo(before);
  }

  @Test
  void reportsARefusalOfARunThatIsNotComplete() throws IOException {
    stopAfterTwoEpochs();
    RunDescription before = RunDescription.read(new Storage(Map.of()), run);
    shorten();

    refuse(() -> train(12));

    RunReport report = jobs.report(run);
    assertThat(report.status()).isEqualTo(RunStatus.FAILED);
    assertThat(report.failure().orElseThrow().exitCode()).isEqualTo(3);
    assertThat(RunDescription.read(new Storage(Map.of()), run)).isEqualTo(before);
  }

  @Test
  void goesOnWithOtherDataWhereThatIsAccepted() throws IOException {
    stopAfterTwoEpochs();
    shorten();

    RunReport accepted = jobs.training().run(job(10), run, Existing.KEEP, ChangedData.ACCEPT);

    assertThat(accepted.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(accepted.epochs()).hasSize(10);
    assertThat(accepted.events())
        .extracting(RunEvent::message)
        .contains("The data has changed, which was accepted");
  }

  @Test
  void goesOnWhereAFileIsAnotherButItsRowsAreTheSame() throws IOException {
    stopAfterTwoEpochs();
    Files.setLastModifiedTime(data, FileTime.from(Instant.EPOCH));

    assertThat(train(10).status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void goesOnByItsCheckpointsWhereItsDescriptionIsLost() {
    train(2);
    new Storage(Map.of()).delete(run.description());

    assertThatThrownBy(() -> train(4, "training.seed=5"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessageContaining("its run.json is gone, and its checkpoints are those of another job");
    assertThatThrownBy(() -> train(1))
        .hasMessageContaining(
            "'training.epochs' is 1 but its last checkpoint is that after epoch 2");
    assertThat(Path.of(run.description())).doesNotExist();

    assertThat(train(4).epochs()).hasSize(4);
  }

  @Test
  void refusesOtherDataWhereItsDescriptionIsLost() throws IOException {
    train(2);
    new Storage(Map.of()).delete(run.description());
    shorten();

    refuse(() -> train(4));

    Files.write(data, lines);
    RunReport report = train(4);
    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.epochs()).hasSize(4);
  }

  @Test
  void goesOnWhereTheWholeRunWasMoved() {
    train(2);
    RunDirectory moved = new RunDirectory(directory.resolve("moved").toString());
    new Storage(Map.of()).rename(run.root(), moved.root());

    RunReport extended = train(moved, 4);

    assertThat(Path.of(run.root())).doesNotExist();
    assertThat(progress.lines)
        .contains("Prepared data in file:%s is up to date".formatted(moved.data()));
    assertThat(extended.epochs()).hasSize(4);
  }

  private void shorten() throws IOException {
    Files.write(data, lines.subList(0, lines.size() - 300));
  }

  private void stopAfterTwoEpochs() {
    stop.after(2);
    assertThatThrownBy(() -> train(10)).isInstanceOf(LockstepException.class);
    stop.reset();
  }

  private static void refuse(Runnable training) {
    assertThatThrownBy(training::run)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageContaining("is not what it was when the run began (put it back");
  }

  /** All files of the run but the report, and the claims, of which each driver leaves its own. */
  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(Path.of(run.root()))) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        if (!path.startsWith(run.lease()) && !path.equals(Path.of(run.report()))) {
          files.put(path.toString(), Files.readAllBytes(path));
        }
      }
    }
    return files;
  }

  private void assertSame(Map<String, byte[]> before) throws IOException {
    Map<String, byte[]> after = files();
    assertThat(after.keySet()).containsExactlyElementsOf(before.keySet());
    before.forEach(
        (path, bytes) -> assertThat(Arrays.equals(after.get(path), bytes)).as(path).isTrue());
  }

  private RunReport train(int epochs, String... overrides) {
    return jobs.training().run(job(epochs, overrides), run, Existing.KEEP);
  }

  private RunReport train(RunDirectory where, int epochs) {
    return jobs.training().run(job(epochs), where, Existing.KEEP);
  }

  private JobConfig job(int epochs, String... overrides) {
    Stream<String> own = Stream.of("data.train=" + data, "training.epochs=" + epochs);
    return SampleJobs.job(
        "digits.yaml", Stream.concat(own, Stream.of(overrides)).toArray(String[]::new));
  }
}
