package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.spark.AttemptSpec;
import dev.lockstep.worker.spark.RankOutcome;
import dev.lockstep.worker.spark.RankOutcome.Completed;
import dev.lockstep.worker.spark.RankOutcome.Failed;
import dev.lockstep.worker.spark.RankTask;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingResult;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/**
 * One barrier stage over all epochs: starts the ranks, waits, and makes one result of their
 * outcomes.
 */
final class Attempt {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  private final JavaSparkContext spark;
  private final StopSignal stop;
  private final CheckpointKeeper keeper;

  Attempt(JavaSparkContext spark, StopSignal stop, CheckpointKeeper keeper) {
    this.spark = spark;
    this.stop = stop;
    this.keeper = keeper;
  }

  /**
   * Runs the attempt to its end.
   *
   * @param observer hears from rank 0
   * @param lateness takes sentences about ranks that keep others waiting
   */
  TrainingResult run(AttemptSpec spec, TrainingObserver observer, Consumer<String> lateness) {
    try (AttemptEndpoint endpoint =
        new AttemptEndpoint(spec.endpoint(), spec.attempt(), observer, lateness, keeper, stop)) {
      LOG.info("attempt {} of {} listens at {}", spec.attempt(), spec.run(), endpoint.self());
      return resultOf(outcomes(spec));
    }
  }

  private List<RankOutcome> outcomes(AttemptSpec spec) {
    List<Integer> ranks = IntStream.range(0, spec.worldSize()).boxed().toList();
    RDD<RankOutcome> stage =
        spark
            .parallelize(ranks, spec.worldSize())
            .rdd()
            .barrier()
            .mapPartitionsWithIndex(
                new RankTask(spec), false, ClassTag$.MODULE$.apply(RankOutcome.class));
    try {
      return Arrays.asList((RankOutcome[]) stage.collect());
    } catch (Exception e) { // Scala declares no checked exceptions: SparkException is one
      throw new LockstepException(
          FailureKind.CLUSTER,
          "Cannot go on with attempt %d: %s"
              .formatted(spec.attempt(), new LostExecutors(spark.sc()).explain(e)),
          e);
    }
  }

  private static TrainingResult resultOf(List<RankOutcome> outcomes) {
    List<Failed> failures =
        outcomes.stream()
            .filter(Failed.class::isInstance)
            .map(Failed.class::cast)
            .sorted(Comparator.comparing(Attempt::isConsequence))
            .toList();
    if (!failures.isEmpty()) {
      failures.forEach(f -> LOG.error("rank {} failed: {}", f.rank(), f.stackTrace()));
      Failed first = failures.get(0);
      throw new LockstepException(first.kind(), first.message());
    }
    List<TrainingResult> results =
        outcomes.stream()
            .map(outcome -> ((Completed) outcome).result())
            .map(json -> Json.read(json, TrainingResult.class, "a rank's result"))
            .toList();
    return agreed(results);
  }

  /**
   * All ranks must hold the same parameters; a difference is a defect that must not go unnoticed.
   */
  private static TrainingResult agreed(List<TrainingResult> results) {
    List<String> digests =
        results.stream().map(TrainingResult::parametersSha256).distinct().toList();
    if (digests.size() > 1) {
      throw new LockstepException(
          FailureKind.INTERNAL, "Replicas differ after training: parameters %s".formatted(digests));
    }
    return results.get(0);
  }

  /** A peer that was lost, or an interruption, may follow from what another rank reports. */
  private static boolean isConsequence(Failed failure) {
    return failure.kind() == FailureKind.CLUSTER || failure.kind() == FailureKind.INTERRUPTED;
  }
}
