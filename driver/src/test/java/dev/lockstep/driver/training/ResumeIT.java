package dev.lockstep.driver.training;

import static dev.lockstep.common.run.ComputePath.DL4J;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.config.Compute;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.LayerCompute;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.prepare.LocalSpark;
import dev.lockstep.driver.training.Training.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are interrupted, broken or extended, and go on. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ResumeIT {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
  private static final Storage STORAGE = new Storage(Map.of());
  private static final String EPOCHS = "training.epochs=10";

  @TempDir private static Path shared;
  private static SparkSession spark;
  private static RunReport undisturbed;

  @TempDir private Path directory;
  private RunDirectory run;
  private final RecordedProgress progress = new RecordedProgress();
  private final ManualStop stop = new ManualStop();

  @BeforeAll
  static void start() {
    spark = LocalSpark.session("local[4]");
    ManualStop never = new ManualStop();
    undisturbed =
        new Training(spark, STORAGE, new RecordedProgress().with(never), never, Clock.systemUTC())
            .run(
                job(EPOCHS),
                new RunDirectory(shared.resolve("undisturbed").toString()),
                Existing.KEEP);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(directory.resolve("run").toString());
  }

  @Test
  void goesOnWithAnotherNumberOfWorkersWhereItWasStopped() {
    stopAfter(2, EPOCHS, "cluster.workers=3");
    RunReport stopped = report();
    assertThat(stopped.status()).isEqualTo(RunStatus.FAILED);
    assertThat(stopped.failure().orElseThrow().exitCode()).isEqualTo(130);

    RunReport resumed = train(EPOCHS, "cluster.workers=2");

    assertSameWeightsAndFigures(resumed);
    assertThat(resumed.attempts()).isEqualTo(2);
    assertThat(progress.lines).anyMatch(line -> line.startsWith("Going on after epoch "));
    assertThat(resumed.events())
        .extracting(RunEvent::message)
        .contains("Driver 2 takes the run over: the one before was stopped");
    assertThat(Path.of(run.staging()))
        .satisfiesAnyOf(
            path -> assertThat(path).doesNotExist(), path -> assertThat(path).isEmptyDirectory());
  }

  @Test
  void commitsALastCheckpointInTheMiddleOfAnEpochWhereItIsStopped() {
    stopAfter(1, EPOCHS, "cluster.workers=2", "checkpoint.every=1000 epochs");

    List<CommittedCheckpoint> checkpoints = checkpoints();

    assertThat(checkpoints).hasSize(1);
    assertSameWeightsAndFigures(train(EPOCHS, "cluster.workers=4"));
  }

  @Test
  void goesOnByThePathsThatItBeganWith() {
    RunReport first = train("training.epochs=1");
    assertThat(first.compute().orElseThrow().summary()).isEqualTo("3 layers dl4j, 2 layers lean");
    assertThat(first.compute().orElseThrow().notDirect())
        .hasValue("layer 1 (DropoutLayer) is not dense");
    RunDescription began = RunDescription.read(STORAGE, run);
    assertThat(began.compute()).isEqualTo(first.compute());
    ComputePlan byDl4j =
        new ComputePlan(
            Compute.AUTO,
            first.compute().orElseThrow().layers().stream()
                .map(layer -> new LayerCompute(layer.layer(), layer.kind(), DL4J, "as told"))
                .toList(),
            first.compute().orElseThrow().notDirect());
    STORAGE.writeAtomically(run.description(), Json.write(began.withCompute(byDl4j)));

    RunReport resumed = train(EPOCHS);

    assertThat(resumed.compute()).contains(byDl4j);
    assertThat(RunDescription.read(STORAGE, run).compute()).contains(byDl4j);
    assertThat(progress.lines).contains("Computing 5 layers dl4j");
    assertSameWeightsAndFigures(resumed);
  }

  @Test
  void trainsOnWhereACompleteRunIsAskedForMoreEpochs() {
    train("training.epochs=2");

    RunReport extended = train(EPOCHS);

    assertSameWeightsAndFigures(extended);
    assertThat(extended.status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void goesOnFromTheCheckpointBeforeWhereTheLastIsDamaged() throws IOException {
    stopAfter(3, EPOCHS, "cluster.workers=2");
    List<CommittedCheckpoint> before = checkpoints();
    Path vectors =
        Path.of(run.checkpoints(), before.get(before.size() - 1).name(), "checkpoint.bin");
    byte[] bytes = Files.readAllBytes(vectors);
    bytes[bytes.length / 2] ^= 1;
    Files.write(vectors, bytes);

    RunReport resumed = train(EPOCHS);

    assertSameWeightsAndFigures(resumed);
    assertThat(resumed.events())
        .extracting(RunEvent::message)
        .anyMatch(text -> text.startsWith("Passed over a checkpoint: "));
  }

  @Test
  void evaluatesTheEndAgainWhereOnlyTheReportIsMissing() throws IOException {
    train(EPOCHS);
    RunReport done = report();
    Files.delete(Path.of(run.report()));

    RunReport again = train(EPOCHS);

    assertThat(again.parametersSha256()).isEqualTo(done.parametersSha256());
    assertThat(again.test()).isEqualTo(done.test());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/model.zip", "/schema.json", "/preprocessing.json"})
  void makesTheModelOfACompleteRunAnewWhereItIsGone(String file) throws IOException {
    train("training.epochs=2");
    float[] model = parameters();
    RunReport done = report();
    STORAGE.delete(run.model() + file);

    RunReport again = train("training.epochs=2");

    assertThat(parameters()).containsExactly(model);
    assertThat(again.parametersSha256()).isEqualTo(done.parametersSha256());
    assertThat(progress.lines)
        .anyMatch(line -> line.contains(" is complete but its model is made anew: Cannot read "));
  }

  @Test
  void startsFromTheLastParametersOfAnotherRun() {
    train("training.epochs=2");
    RunDirectory next = new RunDirectory(directory.resolve("next").toString());
    String from = "model.from=" + run.root();

    RunReport second = training().run(job("training.epochs=1", from), next, Existing.KEEP);

    assertThat(second.epochs()).hasSize(1);
    assertThat(second.epochs().get(0).trainLoss())
        .isLessThan(undisturbed.epochs().get(0).trainLoss() / 2);
    assertThat(progress.lines)
        .anyMatch(
            line -> line.startsWith("Starting from " + run.root() + ", checkpoint r00000003"));
  }

  @Test
  void refusesToStartFromWhatIsNoRunOrAnotherNetwork() {
    assertThatThrownBy(() -> train("training.epochs=1", "model.from=" + directory))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot start from run %s ('model.from'): it has no checkpoint (correct the path, or train it first)",
            directory);
    assertThat(Path.of(run.root())).doesNotExist();
    String other = shared.resolve("undisturbed").toString();
    RunDirectory next = new RunDirectory(directory.resolve("next").toString());
    JobConfig job =
        job(
            "training.epochs=1",
            "model.from=" + other,
            "model.layers=[{dense: {units: 3}}, output]");

    assertThatThrownBy(() -> training().run(job, next, Existing.KEEP))
        .hasMessageContaining("its network has 50,826 parameters, that of the job 235");
  }

  @Test
  void keepsTheCheckpointsThatTheJobAsksFor() {
    train(EPOCHS, "checkpoint={every: 1 epoch, keep: 2, keep-best: 0, keep-every: 3 epochs}");

    assertThat(checkpoints())
        .last()
        .satisfies(last -> assertThat(last.position().epoch()).isEqualTo(11));
    assertThat(checkpoints()).hasSizeBetween(2, 7);
    assertThat(report().checkpoints().taken()).isBetween(2L, 10L);
  }

  private void assertSameWeightsAndFigures(RunReport report) {
    assertThat(report.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(report.test()).isEqualTo(undisturbed.test());
    assertThat(report.steps()).isEqualTo(undisturbed.steps());
    assertThat(report.samplesSeen()).isEqualTo(undisturbed.samplesSeen());
    assertThat(report.epochs().stream().map(EpochReport::trainLoss))
        .containsExactlyElementsOf(
            undisturbed.epochs().stream().map(EpochReport::trainLoss).toList());
    assertThat(report.epochs().stream().map(EpochReport::validation))
        .containsExactlyElementsOf(
            undisturbed.epochs().stream().map(EpochReport::validation).toList());
  }

  private void stopAfter(int epochs, String... overrides) {
    stop.after(epochs);
    assertThatThrownBy(() -> train(overrides))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED))
        .hasMessage(
            "Stopped by a signal: the run is not finished (the same command goes on with it)");
    stop.reset();
  }

  private float[] parameters() {
    return ModelFiles.read(STORAGE, run).network().dl4j().params().dup().data().asFloat();
  }

  private RunReport report() {
    return Json.read(STORAGE.readText(run.report()), RunReport.class, run.report());
  }

  private List<CommittedCheckpoint> checkpoints() {
    return new CheckpointCatalog(STORAGE, run).list(event -> {});
  }

  private RunReport train(String... overrides) {
    return training().run(job(overrides), run, Existing.KEEP);
  }

  private Training training() {
    return new Training(spark, STORAGE, progress.with(stop), stop, Clock.systemUTC());
  }

  private static JobConfig job(String... overrides) {
    List<String> all = new ArrayList<>(List.of("data.train=" + ROOT.resolve("conf/digits.csv")));
    all.addAll(List.of(overrides));
    return JobFile.read(STORAGE, ROOT.resolve("conf/digits.yaml").toString(), all);
  }
}
