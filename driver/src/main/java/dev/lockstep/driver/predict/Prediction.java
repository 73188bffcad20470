package dev.lockstep.driver.predict;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.Preprocessor;
import dev.lockstep.driver.prepare.RowColumns;
import dev.lockstep.driver.prepare.Source;
import dev.lockstep.driver.prepare.SparkFailures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The command {@code predict}: every row of the input comes out again, with what the network says
 * about it or with the reason why it says nothing. Labels in the input are carried over and not
 * looked at.
 *
 * <p>The last bits of the outputs follow from the files, the model and the kind of processor; the
 * number of cores or workers changes none (see {@link FileCuts}).
 *
 * <p>Images come out as their file and {@code index}, their number in it, instead of their pixels.
 */
public final class Prediction {
  private static final String FILE = "file";
  private static final String INDEX = "index";

  private final SparkSession spark;
  private final Storage storage;
  private final Progress progress;

  public Prediction(SparkSession spark, Storage storage, Progress progress) {
    this(storage, progress, FileCuts.byBytes(spark));
  }

  /**
   * @param spark cuts files as it is set to
   */
  Prediction(Storage storage, Progress progress, SparkSession spark) {
    this.spark = spark;
    this.storage = storage;
    this.progress = progress;
  }

  /**
   * Predicts the rows of files and writes them as CSV, or as Parquet where the output's name ends
   * in {@code .parquet}.
   *
   * @param input file, folder or glob in the format of the job's data
   * @param output a folder that does not exist yet or is empty
   * @throws LockstepException of kind DATA where not one row can be predicted: nothing is written
   */
  public PredictionResult predict(RunDirectory run, String input, String output) {
    PredictionOutput target = new PredictionOutput(storage, output);
    TrainedRun trained = TrainedRun.read(storage, run);
    Dataset<Row> raw =
        new Source(spark, storage).read(trained.description().config().data(), input);
    List<String> cells = RowColumns.ofInput(raw);
    Dataset<Row> samples = Preprocessor.of(trained.preprocessing()).withoutLabel().apply(raw);
    progress.status("predicting " + input);
    RowAccount account =
        switch (trained.description().config().data().format()) {
          case CSV -> write(trained, samples, cells, cells, target);
          case IDX -> write(trained, withIndex(samples), keptOfImages(cells), cells, target);
        };
    account.tell(progress, "predicted");
    return new PredictionResult(
        target.path(),
        account.rows(),
        account.bad(),
        account.first().stream().map(BadRow::text).toList());
  }

  private RowAccount write(
      TrainedRun trained,
      Dataset<Row> samples,
      List<String> kept,
      List<String> cells,
      PredictionOutput target) {
    StructType schema = schema(trained, samples, kept);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    RowAccounts accounts = new RowAccounts();
    spark.sparkContext().register(accounts, "rows predicted");
    SentNetwork network = trained.send(context, trained.model().network());
    PredictPartition body = new PredictPartition(network, kept, cells, accounts);
    try {
      return SparkFailures.translated(
          "write predictions to " + target.path(),
          () -> {
            target.write(samples.mapPartitions(body, Encoders.row(schema)));
            requireOnePrediction(accounts.value());
            target.publish();
            return accounts.value();
          });
    } catch (LockstepException e) {
      target.discardAfter(e);
      throw target.failed(e);
    } finally {
      network.release();
    }
  }

  private static StructType schema(TrainedRun trained, Dataset<Row> samples, List<String> kept) {
    List<StructField> fields =
        Arrays.stream(samples.schema().fields())
            .filter(field -> kept.contains(field.name()))
            .sorted((a, b) -> kept.indexOf(a.name()) - kept.indexOf(b.name()))
            .toList();
    return OutputColumns.schema(fields, trained.model().schema().label());
  }

  private static void requireOnePrediction(RowAccount account) {
    if (account.allBad()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot predict any of the %d rows: %s".formatted(account.rows(), account.example()));
    }
  }

  private static Dataset<Row> withIndex(Dataset<Row> images) {
    return images
        .drop(RowColumns.IMAGE)
        .withColumn(FILE, RowColumns.named(RowColumns.FILE))
        .withColumn(INDEX, RowColumns.named(RowColumns.ROW));
  }

  private static List<String> keptOfImages(List<String> cells) {
    List<String> kept = new ArrayList<>(List.of(FILE, INDEX));
    kept.addAll(cells);
    return kept;
  }
}
