package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.model.Replica;

/**
 * Synchronous data-parallel SGD: in every step the gradients of all lanes are summed, and every
 * rank applies the same update to the same parameters.
 *
 * <p>Gradients are sums over samples and the update divides by the samples of all lanes, so
 * microbatches of different sizes count for what they are.
 */
public final class GradientSharing implements Combiner {
  private final LaneWork work;
  private final ProcessGroup group;
  private final LaneRange lanes;
  private final LaneSums sums;
  private final Compression compression;
  private final Span whole;
  private final ZeroVector zeros;
  private final StepListener listener;
  private final StepBoundary boundary;

  /**
   * @param compression of the lanes' gradients
   * @param boundary is told of every step
   */
  public GradientSharing(
      LaneWork work,
      ProcessGroup group,
      Compression compression,
      StepListener listener,
      StepBoundary boundary) {
    this.work = work;
    this.group = group;
    this.lanes = group.lanes();
    int length = work.replica().gradient().length();
    this.sums = new LaneSums(group.tree(), lanes, length);
    this.compression = compression;
    this.whole = new Span(0, length);
    this.zeros = new ZeroVector(length);
    this.listener = listener;
    this.boundary = boundary;
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
    int divisor = replica.divisor(samples);
    sums.clear(compression.form(divisor));
    for (int lane = lanes.first(); lane < lanes.end(); lane++) {
      addGradient(epoch, step, lane, samples);
    }
    boundary.approaching(epoch, step + 1);
    work.clock().inCompute();
    group.allReduce(
        sums, replica.gradient(), new Occasion(epoch, step + 1, "the exchange of gradients"));
    work.clock().inExchange();
    replica.applyUpdate(samples);
    work.clock().inCompute();
  }

  /** A lane without samples brings nothing, also of what it has kept. */
  private void addGradient(int epoch, int step, int lane, int globalSamples) {
    int samples = work.samplesAt(lane, step);
    if (samples == 0) {
      sums.add(zeros.vector());
      return;
    }
    work.computeGradient(epoch, step, lane);
    if (samples < globalSamples) {
      work.replica().weighStatistics((float) samples / globalSamples);
    }
    Replica replica = work.replica();
    compression.apply(lane, replica.gradient(), whole, replica.divisor(globalSamples));
    sums.add(replica.gradient());
  }
}
