package dev.lockstep.driver.evaluation;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.FileCuts;
import dev.lockstep.driver.predict.SentNetwork;
import dev.lockstep.driver.predict.TrainedRun;
import dev.lockstep.driver.prepare.Preprocessor;
import dev.lockstep.driver.prepare.RowColumns;
import dev.lockstep.driver.prepare.Source;
import dev.lockstep.driver.prepare.SparkFailures;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Evaluates a model on raw files. Files are cut by their bytes alone and the sums of partitions are
 * added in their order, so the loss has the same bits on any number of cores.
 */
record RawRows(SparkSession spark, Storage storage) {

  Figures evaluate(TrainedRun trained, String path) {
    Dataset<Row> raw =
        new Source(FileCuts.byBytes(spark), storage)
            .readLabelled(trained.description().config().data(), path);
    List<String> cells = RowColumns.ofInput(raw);
    Dataset<Row> samples =
        Preprocessor.of(trained.preprocessing()).apply(raw).drop(RowColumns.IMAGE);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SentNetwork network = trained.send(context, trained.networkAsTrained());
    try {
      OrderedSum sum = new OrderedSum(path, trained.model().schema().label());
      Figures figures =
          SparkFailures.translated(
              "evaluate " + path,
              () -> sum.of(parts(samples, new EvaluatePartition(network, cells))));
      requireOneSample(figures, path);
      return figures;
    } finally {
      network.release();
    }
  }

  private static JavaPairRDD<Integer, PartialFigures> parts(
      Dataset<Row> samples, EvaluatePartition body) {
    return JavaPairRDD.fromJavaRDD(samples.javaRDD().mapPartitionsWithIndex(body, false));
  }

  private static void requireOneSample(Figures figures, String path) {
    if (figures.account().allBad()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot evaluate any of the %d rows of %s: %s"
              .formatted(figures.account().rows(), path, figures.account().example()));
    }
  }
}
