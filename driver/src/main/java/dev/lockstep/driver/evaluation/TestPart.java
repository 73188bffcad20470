package dev.lockstep.driver.evaluation;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.StorageSettings;
import dev.lockstep.driver.predict.RowAccount;
import dev.lockstep.driver.predict.SentNetwork;
import dev.lockstep.driver.predict.TrainedRun;
import dev.lockstep.driver.prepare.SparkFailures;
import dev.lockstep.driver.resources.HadoopSettings;
import dev.lockstep.worker.collective.LaneRows;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.evaluation.EvaluationCut;
import dev.lockstep.worker.evaluation.EvaluationSums;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Evaluates a model on the test part that was prepared with its training data: by the lanes that
 * training evaluates by, added along the same tree, so that the figures are those of the report,
 * bit for bit.
 */
record TestPart(SparkSession spark, Storage storage) {
  private static final StallPolicy ALONE = StallPolicy.failAfter(Duration.ofSeconds(1));

  Figures evaluate(TrainedRun trained, RunDirectory run) {
    String directory = trained.description().data();
    String path = directory + "/manifest.json";
    String json = manifest(path, run);
    DatasetManifest manifest = Json.read(json, DatasetManifest.class, path);
    requireTrainingData(trained, run, Sha256.of(json));
    requireSamples(manifest, run);
    int lanes =
        EvaluationCut.lanes(
            trained.description().config().training().lanes(manifest.train().samples()));
    return new Figures(
        "the test part of " + directory,
        EvaluationSums.ofRow(manifest.schema().label(), sum(trained, directory, json, lanes)),
        RowAccount.of(manifest.test().samples(), List.of()));
  }

  private String manifest(String path, RunDirectory run) {
    try {
      return storage.readText(path);
    } catch (LockstepException e) {
      throw !storage.exists(path)
          ? new LockstepException(
              FailureKind.DATA,
              "Cannot evaluate %s: the data that it was trained on has gone, with %s (name a file by --data)"
                  .formatted(run.root(), path),
              e)
          : e;
    }
  }

  private double[] sum(TrainedRun trained, String directory, String manifest, int lanes) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SentNetwork network = trained.send(context, trained.networkAsTrained());
    StorageSettings settings = HadoopSettings.forWorkers(spark.sparkContext());
    try {
      List<PartialFigures> rows =
          SparkFailures.translated(
              "evaluate the test part of " + directory,
              () ->
                  context
                      .parallelize(
                          IntStream.range(0, lanes).boxed().toList(),
                          Math.min(lanes, context.defaultParallelism()))
                      .mapPartitions(
                          new PreparedLanes(network, manifest, directory, lanes, settings))
                      .collect());
      return inTreeOrder(rows, lanes, trained.model().schema());
    } finally {
      network.release();
    }
  }

  private static double[] inTreeOrder(List<PartialFigures> rows, int lanes, DataSchema schema) {
    try (var alone = new LocalGroup(1, new LaneTree(1), ALONE).member(0)) {
      return new LaneRows(alone, lanes)
          .sum(
              rows.stream().map(PartialFigures::sums).toList(),
              EvaluationSums.of(schema.label()).toRow().length,
              new Occasion(1, 0, "the evaluation"));
    }
  }

  private static void requireTrainingData(TrainedRun trained, RunDirectory run, String digest) {
    if (!trained.description().dataDigest().equals(Optional.of(digest))) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot evaluate %s: %s was prepared anew since the run was trained (name a file by --data)"
              .formatted(run.root(), trained.description().data()));
    }
  }

  private static void requireSamples(DatasetManifest manifest, RunDirectory run) {
    if (manifest.test().samples() == 0) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot evaluate %s: its data has no test part (name a file by --data)"
              .formatted(run.root()));
    }
  }
}
