package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.model.Replica;

/**
 * Synchronous data-parallel SGD: in every step the gradients of all lanes are summed, and the sum
 * moves the parameters that all ranks then go on with.
 *
 * <p>Gradients are sums over samples and the update divides by the samples of all lanes, so
 * microbatches of different sizes count for what they are.
 */
public final class GradientSharing implements Combiner {
  /** Floats of a bucket, 256 KiB, below which its latency weighs more than what it hides. */
  public static final int LEAST_BUCKET = 1 << 16;

  private final LaneWork work;
  private final LaneRange lanes;
  private final GradientExchange exchange;
  private final StepUpdate update;
  private final boolean split;
  private final Span whole;
  private final StepListener listener;
  private final StepBoundary boundary;

  private GradientSharing(
      LaneWork work,
      ProcessGroup group,
      Compression compression,
      Buckets buckets,
      ExchangeRunner runner,
      StepUpdate update,
      StepListener listener,
      StepBoundary boundary) {
    this.work = work;
    this.lanes = group.lanes();
    this.exchange =
        new GradientExchange(work.replica(), group, compression, buckets, runner, update);
    this.update = update;
    this.split = buckets.spans().size() > 1;
    this.whole = new Span(0, work.replica().gradient().length());
    this.listener = listener;
    this.boundary = boundary;
  }

  /**
   * Exchanges once a step, when the gradient is complete.
   *
   * @param compression of the lanes' gradients
   * @param update what follows
   * @param boundary is told of every step
   */
  public static GradientSharing inTurn(
      LaneWork work,
      ProcessGroup group,
      Compression compression,
      StepUpdate update,
      StepListener listener,
      StepBoundary boundary) {
    Buckets whole = Buckets.whole(work.replica().gradient().length());
    return new GradientSharing(
        work, group, compression, whole, new ExchangeInTurn(), update, listener, boundary);
  }

  /**
   * Exchanges the gradients of later layers while those of earlier ones are computed, where the
   * network has several that are large enough.
   *
   * @param compression of the lanes' gradients
   * @param leastBucket floats that are worth an exchange of their own
   * @param boundary is told of every step
   */
  public static GradientSharing overlapping(
      LaneWork work,
      ProcessGroup group,
      Compression compression,
      ExchangeThread thread,
      int leastBucket,
      StepListener listener,
      StepBoundary boundary) {
    Buckets buckets = Buckets.of(work.replica().layout().layers(), leastBucket);
    StepUpdate update = new WholeUpdate(work.replica());
    return buckets.spans().size() > 1
        ? new GradientSharing(work, group, compression, buckets, thread, update, listener, boundary)
        : inTurn(work, group, compression, update, listener, boundary);
  }

  @Override
  public void train(int epoch, int stepsDone, EpochOrder order) {
    int steps = work.steps();
    work.startEpoch(order, lanes, stepsDone, step -> step + 1);
    work.replica().moveTo(Math.multiplyExact(epoch - 1, steps) + stepsDone, epoch - 1);
    for (int step = stepsDone; step < steps; step++) {
      step(epoch, step);
      listener.stepDone(epoch, step + 1);
      boundary.reached(epoch, step + 1);
    }
    work.clock().inCompute();
  }

  private void step(int epoch, int step) {
    Replica replica = work.replica();
    int samples = Math.toIntExact(work.samplesIn(step, step + 1));
    Occasion occasion = new Occasion(epoch, step + 1, "the exchange of gradients");
    exchange.begin(occasion, replica.divisor(samples));
    for (int lane = lanes.first(); lane < lanes.end(); lane++) {
      if (lane == lanes.end() - 1) {
        boundary.approaching(epoch, step + 1);
      }
      addGradient(epoch, step, lane, samples);
    }
    work.clock().inCompute();
    long hidden = exchange.finish();
    work.clock().inExchange(hidden);
    update.apply(samples, work.clock(), occasion);
  }

  /** A lane without samples brings nothing, also of what it has kept. */
  private void addGradient(int epoch, int step, int lane, int globalSamples) {
    int samples = work.samplesAt(lane, step);
    if (samples == 0) {
      exchange.addZeros();
      return;
    }
    exchange.beginLane(lane, (float) samples / globalSamples);
    if (split) {
      work.computeGradient(epoch, step, lane, exchange);
    } else {
      work.computeGradient(epoch, step, lane);
      exchange.complete(whole);
    }
  }
}
