package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.combine.StepUpdate.Share;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.network.GradientListener;
import java.util.List;

/**
 * The sum of a step's gradients over all lanes, bucket by bucket: a bucket goes to the other ranks
 * as soon as the last lane of this one has completed it.
 *
 * <p>All ranks send the buckets in the same order, so one that is complete before its turn waits.
 * Every element is added along the same tree whatever the buckets are, so the bits do not depend on
 * them.
 */
final class GradientExchange implements GradientListener {
  private final List<Bucket> buckets;
  private final Compression compression;
  private final ExchangeRunner runner;
  private final Share share;
  private Occasion occasion = new Occasion(0, 0, "nothing");
  private LanePass pass = new LanePass(0, 1, 1);
  private int started;

  GradientExchange(
      Replica replica,
      ProcessGroup group,
      Compression compression,
      Buckets buckets,
      ExchangeRunner runner,
      StepUpdate update) {
    this.buckets =
        buckets.spans().stream()
            .map(span -> new Bucket(replica, group, compression, span, update.commonNodes()))
            .toList();
    this.compression = compression;
    this.runner = runner;
    this.share = update.share();
  }

  /**
   * A step begins.
   *
   * @param divisor of the sum over all lanes, for the optimizer
   */
  void begin(Occasion ofStep, int divisor) {
    occasion = ofStep;
    started = 0;
    pass = new LanePass(0, 1, divisor);
    NodeForm form = compression.form(divisor);
    buckets.forEach(bucket -> bucket.begin(form));
  }

  /** The next lane has no samples. */
  void addZeros() {
    buckets.forEach(Bucket::addZeros);
    startDue();
  }

  /**
   * The next lane's pass begins, of whose gradient this is told.
   *
   * @param share of the lane's microbatch in the global batch
   */
  void beginLane(int lane, float share) {
    pass = new LanePass(lane, share, pass.divisor());
  }

  @Override
  public void complete(Span part) {
    buckets.forEach(bucket -> bucket.complete(part, pass));
    startDue();
  }

  /**
   * Waits until the gradient holds the sum over all lanes.
   *
   * @return nanoseconds of the exchange that passed beside the rank's own work
   */
  long finish() {
    return runner.finish(occasion);
  }

  /**
   * What a bucket has to know of the lane whose gradient it gets.
   *
   * @param share of the lane's microbatch in the global batch
   * @param divisor of the sum over all lanes, for the optimizer
   */
  record LanePass(int lane, float share, int divisor) {}

  private void startDue() {
    while (started < buckets.size() && buckets.get(started).isDue()) {
      Bucket bucket = buckets.get(started++);
      Occasion ofStep = occasion;
      runner.start(() -> bucket.reduce(share, ofStep));
    }
  }
}
