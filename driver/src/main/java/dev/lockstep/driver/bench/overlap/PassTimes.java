package dev.lockstep.driver.bench.overlap;

import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.scaling.ScalingPlans;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.combine.Buckets;
import dev.lockstep.worker.combine.GradientSharing;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.model.Ports;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.training.TrainingPlan;
import java.util.List;

/**
 * Milliseconds of a mean forward and backward pass.
 *
 * @param pass all of it
 * @param left from when the first bucket is complete to the end
 */
record PassTimes(double pass, double left) {
  private static final long CACHE_BYTES = 64 << 20;
  private static final int WARM_UPS = 100;
  private static final int PASSES = 100;

  /** Takes the times on one microbatch of a plan. */
  static PassTimes of(TrainingPlan plan, Storage storage) {
    var manifest = plan.manifest();
    var order = new SampleOrder(manifest.train().blockSizes(), 1, Shuffle.NEVER, 0);
    try (Replica replica = new Replica(plan.network(), plan.compute());
        LaneSamples samples =
            new LaneSamples(
                storage, plan.dataDirectory(), manifest.schema(), manifest.train(), CACHE_BYTES)) {
      Ports ports = Ports.of(plan.job().model(), manifest.schema(), replica.network());
      ReplicaBatch batch = new ReplicaBatch(manifest.schema(), ports, ScalingPlans.SAMPLES);
      samples.start(order.epoch(1));
      samples.next(0, ScalingPlans.SAMPLES, batch);
      of(replica, batch, WARM_UPS);
      return of(replica, batch, PASSES);
    }
  }

  /** The mean over ranks. */
  static PassTimes mean(List<PassTimes> ofRanks) {
    return new PassTimes(
        ofRanks.stream().mapToDouble(PassTimes::pass).average().orElseThrow(),
        ofRanks.stream().mapToDouble(PassTimes::left).average().orElseThrow());
  }

  private static PassTimes of(Replica replica, ReplicaBatch batch, int passes) {
    List<Span> layers = replica.layout().layers();
    int first = Buckets.of(layers, GradientSharing.LEAST_BUCKET).spans().get(0).start();
    long[] complete = {0};
    double pass = 0;
    double left = 0;
    for (int i = 0; i < passes; i++) {
      long start = System.nanoTime();
      replica.computeGradient(
          batch,
          1,
          part -> {
            if (part.start() >= first) { // the last to come of those is the first bucket's
              complete[0] = System.nanoTime();
            }
          });
      long end = System.nanoTime();
      pass += (end - start) / 1e6 / passes;
      left += (end - complete[0]) / 1e6 / passes;
    }
    return new PassTimes(pass, left);
  }
}
