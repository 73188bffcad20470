package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.data.Prefetcher.Request;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * The order in which a rank works through the microbatches of an epoch: block of steps by block of
 * steps, in each block lane by lane, for each lane step by step. Empty microbatches are left out.
 */
final class LaneVisits implements Iterator<Request> {
  private final LaneRange lanes;
  private final int steps;
  private final IntUnaryOperator blockEnds;
  private final IntBinaryOperator samplesAt;

  private int blockStart;
  private int lane;
  private int step;

  /**
   * @param stepsDone steps that are left out at the start, up to the beginning of a block
   * @param blockEnds the end, exclusive, of the block that begins with a step
   * @param samplesAt samples of a lane (first argument) in a step (second argument)
   */
  LaneVisits(
      LaneRange lanes,
      int steps,
      int stepsDone,
      IntUnaryOperator blockEnds,
      IntBinaryOperator samplesAt) {
    this.lanes = lanes;
    this.steps = steps;
    this.blockEnds = blockEnds;
    this.samplesAt = samplesAt;
    this.blockStart = stepsDone;
    this.step = stepsDone;
    this.lane = lanes.first();
    skipEmpty();
  }

  @Override
  public boolean hasNext() {
    return blockStart < steps;
  }

  @Override
  public Request next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch is over");
    }
    Request request = new Request(lane, samplesAt.applyAsInt(lane, step));
    move();
    skipEmpty();
    return request;
  }

  private void skipEmpty() {
    while (hasNext() && samplesAt.applyAsInt(lane, step) == 0) {
      move();
    }
  }

  private void move() {
    step++;
    if (step == blockEnd()) {
      step = blockStart;
      lane++;
    }
    if (lane == lanes.end()) {
      blockStart = blockEnd();
      step = blockStart;
      lane = lanes.first();
    }
  }

  private int blockEnd() {
    return Math.min(steps, blockEnds.applyAsInt(blockStart));
  }
}
