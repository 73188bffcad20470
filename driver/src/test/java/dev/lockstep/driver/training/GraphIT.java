package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.evaluation.Evaluation;
import dev.lockstep.driver.evaluation.EvaluationResult;
import dev.lockstep.driver.predict.Prediction;
import dev.lockstep.driver.predict.PredictionResult;
import dev.lockstep.driver.prepare.LocalSpark;
import dev.lockstep.driver.training.Training.Existing;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A graph from its job to its predictions. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class GraphIT {
  private static final Storage STORAGE = new Storage(Map.of());
  private static final Path CONF = Path.of(System.getProperty("lockstep.root"), "conf");

  private static SparkSession spark;

  @TempDir private Path directory;
  private final RecordedProgress progress = new RecordedProgress();
  private final ManualStop stop = new ManualStop();

  @BeforeAll
  static void start() {
    spark = LocalSpark.session("local[4]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void trainsTheSampleJobToAModelThatPlainDl4jOpens() throws IOException {
    RunDirectory run = run("digits");

    RunReport report = train(digits(), run);

    assertThat(report.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(report.parameters())
        .isEqualTo(64 * 128 + 128 + 2 * (128 * 128 + 128) + 128 * 10 + 10);
    assertThat(report.test().orElseThrow().accuracy().orElseThrow()).isGreaterThan(0.93);
    ComputationGraph plain = open(run);
    assertThat(plain.getIterationCount()).isEqualTo((int) report.steps());
    assertThat(plain.getEpochCount()).isEqualTo(10);
    EvaluationResult evaluated = evaluate(run, Optional.empty());
    assertThat(evaluated.metrics()).isEqualTo(report.test().orElseThrow());
  }

  @Test
  void givesTheSameWeightsWithAnyNumberOfWorkers() {
    Set<String> digests = new HashSet<>();
    for (int workers : new int[] {1, 3, 4}) {
      RunReport report =
          train(
              digits("training.epochs=2", "cluster.workers=" + workers), run("workers-" + workers));
      assertThat(report.worldSize()).isEqualTo(workers);
      digests.add(report.parametersSha256().orElseThrow());
    }

    assertThat(digests).hasSize(1);
  }

  @Test
  void handsTheColumnsOfATableToTheInputsThatTheJobNames() throws IOException {
    RunDirectory run = run("flowers");
    Path data = flowers(300);

    RunReport report = train(twoInputs(data, "{place: [soil], measures: auto}"), run);

    assertThat(report.test().orElseThrow().accuracy().orElseThrow()).isGreaterThan(0.8);
    assertThat(evaluate(run, Optional.empty()).metrics()).isEqualTo(report.test().orElseThrow());
    assertThat(evaluate(run, Optional.of(data.toString())).metrics().samples()).isEqualTo(300);
    assertPredictsAsPlainDl4j(run, data);
  }

  @Test
  void refusesInputsThatLeaveAColumnOut() throws IOException {
    Path data = flowers(50);

    assertThatThrownBy(
            () -> train(twoInputs(data, "{place: [soil], measures: [width]}"), run("left-out")))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot use 'model.inputs': no input takes 'height' (add it to one, say auto for the"
                + " rest, or leave it out of 'data')");
  }

  /** The features are width and height, scaled by nothing, then clay and sand. */
  private void assertPredictsAsPlainDl4j(RunDirectory run, Path data) throws IOException {
    String output = directory.resolve("predictions.parquet").toString();
    PredictionResult result =
        new Prediction(spark, STORAGE, progress.with(stop)).predict(run, data.toString(), output);
    assertThat(result.rows()).isEqualTo(300);
    ComputationGraph plain = open(run);
    for (Row row : spark.read().parquet(result.output()).collectAsList().subList(0, 20)) {
      boolean clay = row.<String>getAs("soil").equals("clay");
      float width = Float.parseFloat(row.getAs("width"));
      float height = Float.parseFloat(row.getAs("height"));
      INDArray expected =
          plain
              .output(
                  Nd4j.createFromArray(new float[][] {{width, height}}),
                  Nd4j.createFromArray(new float[][] {{clay ? 1 : 0, clay ? 0 : 1}}))[0];
      String predicted = row.getAs("prediction");
      assertThat(predicted)
          .isEqualTo(List.of("iris", "rose", "tulip").get(expected.argMax(1).getInt(0)));
      double probability = row.<Number>getAs("probability_iris").doubleValue();
      assertThat(probability).isCloseTo(expected.getDouble(0), within(1e-5));
    }
  }

  private RunDirectory run(String name) {
    return new RunDirectory(directory.resolve(name).toString());
  }

  private RunReport train(JobConfig job, RunDirectory run) {
    return new Training(spark, STORAGE, progress.with(stop), stop, Clock.systemUTC())
        .run(job, run, Existing.KEEP);
  }

  private EvaluationResult evaluate(RunDirectory run, Optional<String> data) {
    return new Evaluation(spark, STORAGE, progress.with(stop)).evaluate(run, data);
  }

  private static ComputationGraph open(RunDirectory run) throws IOException {
    return ModelSerializer.restoreComputationGraph(new File(run.model(), "model.zip"), true);
  }

  /** The sample job, whose paths are relative to the root of the project. */
  private static JobConfig digits(String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("data.train=" + CONF.resolve("digits.csv"));
    all.add("model.dl4j=" + CONF.resolve("digits-graph.json"));
    return JobFile.read(STORAGE, CONF.resolve("digits-graph.yaml").toString(), all);
  }

  private JobConfig twoInputs(Path data, String inputs) throws IOException {
    String graph =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.02))
            .graphBuilder()
            .addInputs("measures", "place")
            .addLayer("of-measures", dense(), "measures")
            .addLayer("of-place", dense(), "place")
            .addVertex("both", new MergeVertex(), "of-measures", "of-place")
            .addLayer("kind", output(), "both")
            .addLayer("guess", output(), "of-measures")
            .setOutputs("kind", "guess")
            .build()
            .toJson();
    Path document = Files.writeString(directory.resolve("graph.json"), graph);
    return JobFile.parse(
        """
        job: flowers
        data: {train: %s, test: 0.2, label: {column: kind}, numeric: {scale: none}}
        model: {dl4j: %s, inputs: %s}
        training: {epochs: 30, global-batch-size: 16, microbatch-size: 8}
        """
            .formatted(data, document, inputs),
        "the test's",
        STORAGE,
        List.of());
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(8).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(3)
        .build();
  }

  /** Flowers whose kind depends on width and soil. */
  private Path flowers(int count) throws IOException {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>(List.of("soil,width,height,kind"));
    for (int i = 0; i < count; i++) {
      double width = random.nextGaussian();
      boolean clay = random.nextBoolean();
      String kind = width > 0.3 ? "tulip" : clay ? "iris" : "rose";
      lines.add(
          "%s,%s,%s,%s".formatted(clay ? "clay" : "sand", width, random.nextGaussian(), kind));
    }
    return Files.write(directory.resolve("flowers.csv"), lines);
  }
}
