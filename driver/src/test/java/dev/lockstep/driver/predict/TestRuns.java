package dev.lockstep.driver.predict;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.prepare.Preparation;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.prepare.Preprocessor;
import dev.lockstep.driver.prepare.RowColumns;
import dev.lockstep.driver.prepare.Source;
import dev.lockstep.worker.network.StackNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Runs for tests: prepared by Lockstep, trained by plain Deeplearning4j. */
public final class TestRuns {
  private final SparkSession spark;
  private final Storage storage;
  private final List<String> lines = new ArrayList<>();

  /** A run and the network in it. */
  public record TestRun(RunDirectory directory, JobConfig job, MultiLayerNetwork network) {
    /** What plain Deeplearning4j says, in batches of the same size. */
    INDArray outputs(List<Row> samples) {
      List<INDArray> parts = new ArrayList<>();
      for (int start = 0; start < samples.size(); start += BatchPredictor.CAPACITY) {
        int end = Math.min(samples.size(), start + BatchPredictor.CAPACITY);
        parts.add(network.output(features(samples.subList(start, end))));
      }
      return Nd4j.concat(0, parts.toArray(INDArray[]::new));
    }
  }

  public TestRuns(SparkSession spark, Storage storage) {
    this.spark = spark;
    this.storage = storage;
  }

  /** What was told while a command ran. */
  public List<String> lines() {
    return lines;
  }

  public Progress progress() {
    return new Progress() {
      @Override
      public void status(String text) {}

      @Override
      public void line(String text) {
        lines.add(text);
      }
    };
  }

  /**
   * Prepares and trains.
   *
   * @param data the section {@code data} of the job file
   * @param steps passes over all training rows
   */
  public TestRun train(Path folder, String data, int steps) {
    JobConfig job =
        JobFile.parse(
            """
            job: test
            data: %s
            model: {layers: [output: {}]}
            training: {epochs: 1, global-batch-size: 8, microbatch-size: 2}
            """
                .formatted(data),
            "the test's",
            storage,
            List.of());
    RunDirectory run = new RunDirectory(folder.resolve("run").toString());
    PreparedDataset prepared = new Preparation(spark, storage, progress()).prepare(job, run.data());
    DataSchema schema = prepared.manifest().schema();
    MultiLayerNetwork network = network(schema);
    List<Row> rows = samples(job, prepared, job.data().train());
    for (int step = 0; step < steps; step++) {
      network.fit(features(rows), targets(rows, schema.label()));
    }
    String preprocessing = Json.write(prepared.preprocessing(storage));
    ModelFiles.write(storage, run, new StackNetwork(network), schema, preprocessing);
    storage.writeAtomically(
        run.description(),
        Json.write(
            new RunDescription(
                RunDescription.FORMAT_VERSION,
                "test",
                "digest",
                Optional.of(prepared.digest()),
                prepared.directory(),
                Optional.empty(),
                withModel(job, network))));
    return new TestRun(run, job, network);
  }

  private static JobConfig withModel(JobConfig job, MultiLayerNetwork network) {
    String document = network.getLayerWiseConfigurations().toJson();
    return new JobConfig(
        job.job(),
        job.data(),
        new ModelConfig.Dl4j("the test's", document),
        job.training(),
        job.checkpoint(),
        job.cluster());
  }

  /** The rows of a file as the run's preprocessing leaves them, on the driver. */
  public List<Row> samples(TestRun run, String path) {
    TrainedRun trained = TrainedRun.read(storage, run.directory());
    return Preprocessor.of(trained.preprocessing())
        .apply(new Source(spark, storage).read(run.job().data(), path))
        .collectAsList();
  }

  /** Features of rows without a problem, [rows, elements]. */
  public static INDArray features(List<Row> rows) {
    return Nd4j.create(rows.stream().map(FeatureCells::of).toArray(float[][]::new));
  }

  private List<Row> samples(JobConfig job, PreparedDataset prepared, String path) {
    return Preprocessor.of(prepared.preprocessing(storage))
        .apply(new Source(spark, storage).read(job.data(), path))
        .collectAsList();
  }

  private static INDArray targets(List<Row> rows, LabelSchema label) {
    int units = label instanceof LabelSchema.Classes classes ? classes.names().size() : 1;
    float[][] targets = new float[rows.size()][units];
    for (int i = 0; i < rows.size(); i++) {
      double value = rows.get(i).<Double>getAs(RowColumns.LABEL);
      if (label instanceof LabelSchema.Value scaled) {
        targets[i][0] = (float) ((value - scaled.shift()) / scaled.scale());
      } else {
        targets[i][(int) value] = 1;
      }
    }
    return Nd4j.create(targets);
  }

  private static MultiLayerNetwork network(DataSchema schema) {
    boolean classes = schema.label() instanceof LabelSchema.Classes;
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.02))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(schema.input().size())
                        .nOut(33)
                        .activation(Activation.TANH)
                        .build())
                .layer(
                    new OutputLayer.Builder(classes ? LossFunction.MCXENT : LossFunction.MSE)
                        .activation(classes ? Activation.SOFTMAX : Activation.IDENTITY)
                        .nIn(33)
                        .nOut(
                            schema.label() instanceof LabelSchema.Classes known
                                ? known.names().size()
                                : 1)
                        .build())
                .build());
    network.init();
    return network;
  }
}
