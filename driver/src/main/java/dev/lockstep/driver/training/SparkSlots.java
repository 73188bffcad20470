package dev.lockstep.driver.training;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.common.run.Progress;
import dev.lockstep.driver.resources.StopSignal;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;

/** The slots of a Spark application: those of one JVM are there at once, others are waited for. */
record SparkSlots(SparkContext context, StopSignal stop, Progress progress) {
  /** Between two looks at the slots of a cluster. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** The slots that there are for a job, and what to do about it where they are too few. */
  WorldSize.Available availableTo(ClusterConfig cluster) {
    requireApplication();
    IntSupplier slots =
        () ->
            context.maxNumConcurrentTasks(
                context.resourceProfileManager().defaultResourceProfile());
    if (context.isLocal()) {
      return new WorldSize.Available(
          slots.getAsInt(),
          "give more with --master local[%d]".formatted(cluster.workers().orElse(1)));
    }
    return new WorldSize.Available(
        new Slots(slots, System::nanoTime, this::pause, progress)
            .await(cluster.workers(), cluster.slotsTimeout()),
        ("free as many executors of %d cores and %d MiB, which were waited for %s and whose logs"
                + " tell of those that did not stay")
            .formatted(
                cluster.coresPerWorker(),
                cluster.memoryPerWorker() >> 20,
                Waiting.text(cluster.slotsTimeout())));
  }

  private void requireApplication() {
    if (context.isStopped()) {
      throw new LockstepException(
          FailureKind.CLUSTER, "Cannot use executors: their application was stopped");
    }
  }

  private void pause() {
    if (stop.requested()) {
      throw new LockstepException(
          FailureKind.INTERRUPTED, "Interrupted while executors were waited for");
    }
    requireApplication();
    LockSupport.parkNanos(PAUSE.toNanos());
  }
}
