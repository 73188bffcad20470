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
import java.time.Duration;
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

  /** In which ranks that hear of a failure end, closing what they have open. */
  private static final Duration UNWINDING = Duration.ofSeconds(15);

  private final JavaSparkContext spark;
  private final StopSignal stop;
  private final CheckpointKeeper keeper;
  private final LostExecutors lost;

  /**
   * @param losses executors that earlier attempts have lost
   */
  Attempt(JavaSparkContext spark, StopSignal stop, CheckpointKeeper keeper, HostLosses losses) {
    this.spark = spark;
    this.stop = stop;
    this.keeper = keeper;
    this.lost = new LostExecutors(spark.sc(), losses);
  }

  /**
   * Runs the attempt to its end.
   *
   * @param start lets the ranks begin
   * @param observer hears from rank 0
   * @param warnings takes sentences about ranks that keep others waiting
   */
  TrainingResult run(
      AttemptSpec spec, AttemptStart start, TrainingObserver observer, Consumer<String> warnings) {
    try (AttemptEndpoint endpoint =
        new AttemptEndpoint(
            spec.endpoint(), spec.attempt(), observer, warnings, start, keeper, stop)) {
      LOG.info("attempt {} of {} listens at {}", spec.attempt(), spec.run(), endpoint.self());
      return resultOf(outcomes(spec, warnings));
    }
  }

  private List<RankOutcome> outcomes(AttemptSpec spec, Consumer<String> warnings) {
    StuckRanks stuck =
        new StuckRanks(spark.sc(), spark.getLocalProperty("spark.jobGroup.id"), lost, warnings);
    try (RankOutcomes outcomes = new RankOutcomes(spec.worldSize(), UNWINDING, stuck)) {
      try {
        spark
            .sc()
            .runJob(
                stage(spec),
                new FirstOutcome(),
                outcomes,
                ClassTag$.MODULE$.<RankOutcome>apply(RankOutcome.class));
      } catch (Exception e) { // Scala declares no checked exceptions: SparkException is one
        if (LostExecutors.caused(e) || !outcomes.hasFailure()) {
          throw new LockstepException(
              FailureKind.CLUSTER,
              "Cannot go on with attempt %d: %s".formatted(spec.attempt(), lost.explain(e)),
              e);
        }
        LOG.info("the stage of attempt {} has failed", spec.attempt(), e);
      }
      return outcomes.arrived();
    }
  }

  private RDD<RankOutcome> stage(AttemptSpec spec) {
    List<Integer> ranks = IntStream.range(0, spec.worldSize()).boxed().toList();
    return spark
        .parallelize(ranks, spec.worldSize())
        .rdd()
        .barrier()
        .mapPartitionsWithIndex(
            new RankTask(spec), false, ClassTag$.MODULE$.apply(RankOutcome.class));
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
   * Ranks that have one model in common cannot differ.
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
