package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.evaluation.Evaluation;
import dev.lockstep.driver.evaluation.EvaluationResult;
import dev.lockstep.driver.model.ModelFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TrainingIT extends LocalRun {
  private static final Storage STORAGE = new Storage(Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gradient-sharing",
        "{parameter-averaging: {every: 5}}",
        "{parameter-averaging: {every: 5, warm-up: 10, outer-momentum: 0.5}}",
        "{parameter-averaging: {every: 2, groups: 4, between-groups-every: 6}}"
      })
  void givesTheSameWeightsAndFileWithAnyNumberOfWorkers(String combine) throws IOException {
    Set<String> digests = new HashSet<>();
    Set<ByteBuffer> files = new HashSet<>();
    for (int workers : new int[] {1, 3, 8}) {
      Path run = directory.resolve("workers-" + workers);
      RunReport report =
          jobs.train(
              "digits.yaml",
              run.toString(),
              "training.epochs=2",
              "training.global-batch-size=64",
              "training.microbatch-size=8",
              "training.combine=" + combine,
              "cluster.workers=" + workers);
      assertThat(report.lanes()).isEqualTo(8);
      assertThat(report.worldSize()).isEqualTo(workers);
      digests.add(report.parametersSha256().orElseThrow());
      files.add(ByteBuffer.wrap(Files.readAllBytes(run.resolve("model/model.zip"))));
    }

    assertThat(digests).hasSize(1);
    assertThat(files).hasSize(1);
  }

  @Test
  void reportsAnEpochAtATimeAndLeavesAModelThatPlainDl4jOpens() throws IOException {
    RunReport report = jobs.train("digits.yaml", run.root(), "training.epochs=3");

    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.epochs()).extracting(EpochReport::epoch).containsExactly(1, 2, 3);
    assertThat(report.samplesSeen()).isEqualTo(3 * report.epochs().get(0).samples());
    assertThat(report.test().orElseThrow().samples()).isEqualTo(359);
    assertThat(jobs.report(run)).isEqualTo(report);
    assertThat(progress.lines).anyMatch(line -> line.startsWith("    3/3"));
    PlainModel plain = PlainModel.open(run);
    assertThat(plain.parametersSha256()).isEqualTo(report.parametersSha256().orElseThrow());
    INDArray input = Nd4j.linspace(0, 1, 64).reshape(1, 64);
    assertThat(plain.network().output(input))
        .isEqualTo(ModelFiles.read(STORAGE, run).network().output(input));
    assertThat(STORAGE.names(run.staging())).isEmpty();
  }

  @Test
  void refusesMoreWorkersThanSlots() {
    assertThatThrownBy(
            () ->
                jobs.train(
                    "digits.yaml",
                    run.root(),
                    "training.global-batch-size=128",
                    "training.microbatch-size=8",
                    "cluster.workers=9"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessage(
            "Cannot start 9 workers: the cluster has 8 slots (lower 'cluster.workers', or give more"
                + " with --master local[9])");
    assertThat(Path.of(run.data())).doesNotExist();
  }

  @Test
  void refusesMoreWorkersThanLanesOfAFullBatch() {
    assertThatThrownBy(
            () ->
                jobs.train(
                    "worked-example-full-batch.yaml",
                    run.root(),
                    "training.microbatch-size=2",
                    "cluster.workers=3"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessageStartingWith(
            "'cluster.workers' is 3 but must be at most 2, the number of lanes");
  }

  @Test
  void endsWithDivergedWhereTheLossIsNotFinite() {
    assertThatThrownBy(
            () ->
                jobs.train(
                    "diabetes.yaml",
                    run.root(),
                    "training.optimizer={type: sgd, learning-rate: 1e30}"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED))
        .hasMessageMatching("Cannot go on after epoch 1, step \\d: the loss is .*");
  }

  @Test
  void savesALossOfItsOwnAsOneThatPlainDl4jHas() throws IOException {
    RunReport report =
        jobs.train(
            "diabetes.yaml",
            run.root(),
            "training.epochs=2",
            "model.layers=[{output: {activation: identity, loss: huber}}]");

    PlainModel.open(run);
    EvaluationResult evaluated =
        new Evaluation(spark, STORAGE, progress.with(stop)).evaluate(run, Optional.empty());
    assertThat(evaluated.metrics()).isEqualTo(report.test().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "worked-example-first-minibatch.yaml, 0.88",
    "worked-example-one-epoch.yaml, 1.9624",
    "worked-example-full-batch.yaml, 2.42",
    "worked-example-warm-up.yaml, 1.8264682",
    "worked-example-outer-momentum.yaml, 2.41668032"
  })
  void computesTheWorkedExampleByHand(String file, double weight) {
    jobs.train(file, run.root());

    INDArray parameters = ModelFiles.read(STORAGE, run).network().parameters();

    assertThat(parameters.length()).isEqualTo(1);
    assertThat((double) parameters.getFloat(0)).isCloseTo(weight, within(1e-6));
  }

  /**
   * Four lanes of two points in two groups. The first step takes them to 0.16, 0.04, 0.06 and 0.2,
   * so the groups to 0.1 and 0.13; the second to 0.788, 1.55, 0.4666 and 0.3596, and all are
   * averaged.
   */
  @Test
  void averagesGroupsOfLanesAsByHand() throws IOException {
    Path points =
        Files.writeString(
            directory.resolve("points.csv"), "x,y\n2,4\n4,9\n-1,-2\n5,15\n1,3\n3,6\n2,5\n-2,-6\n");
    String groups = "{every: 1, groups: 2, between-groups-every: 2}";

    jobs.train(
        "worked-example-warm-up.yaml",
        run.root(),
        "data.train=" + points,
        "training.epochs=1",
        "training.global-batch-size=4",
        "training.combine={parameter-averaging: %s}".formatted(groups));

    INDArray parameters = ModelFiles.read(STORAGE, run).network().parameters();
    assertThat((double) parameters.getFloat(0)).isCloseTo(0.79105, within(1e-6));
  }

  @Test
  void refusesGroupsThatDoNotDivideTheLanesOfAFullBatch() {
    assertThatThrownBy(
            () ->
                jobs.train(
                    "worked-example-full-batch.yaml",
                    run.root(),
                    "training.combine={parameter-averaging: {groups: 3, between-groups-every:"
                        + " 20}}"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "'training.combine.parameter-averaging.groups' is 3 but must divide 4, the number of"
                + " lanes");
  }

  @Test
  void learnsTheDigits() {
    Metrics test = jobs.train("digits.yaml", run.root()).test().orElseThrow();

    assertThat(test.accuracy().orElseThrow()).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void evaluatesWithoutTestAndValidationParts() {
    RunReport report =
        jobs.train(
            "digits.yaml",
            run.root(),
            "training.epochs=1",
            "data.test=none",
            "data.validation=none");

    assertThat(report.test()).isEmpty();
    assertThat(report.epochs().get(0).validation()).isEmpty();
    assertThat(report.epochs().get(0).samples()).isEqualTo(1797);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "all"})
  void trainsFromStochasticToFullBatch(String globalBatchSize) {
    RunReport report =
        jobs.train(
            "worked-example-one-epoch.yaml",
            run.root(),
            "training.global-batch-size=" + globalBatchSize,
            "training.microbatch-size=1",
            "training.epochs=2");

    assertThat(report.steps()).isEqualTo("1".equals(globalBatchSize) ? 8 : 2);
  }
}
