package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.common.data.KeyedRandom;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.data.Prefetcher;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.ReplicaBatch;
import java.util.function.IntUnaryOperator;

/**
 * One microbatch after another through the replica of this rank: takes it from the prefetcher,
 * computes its gradient with the randomness that belongs to (seed, epoch, step, lane), and books
 * its loss and the time that it took.
 */
public final class LaneWork {
  private final Replica replica;
  private final Prefetcher<ReplicaBatch> batches;
  private final SampleOrder order;
  private final int microbatchSize;
  private final long seed;
  private final StepClock clock;
  private final LossBook losses;

  /**
   * @param order of the training split
   * @param losses where the loss of each lane is booked
   */
  public LaneWork(
      Replica replica,
      Prefetcher<ReplicaBatch> batches,
      SampleOrder order,
      int microbatchSize,
      long seed,
      StepClock clock,
      LossBook losses) {
    this.replica = replica;
    this.batches = batches;
    this.order = order;
    this.microbatchSize = microbatchSize;
    this.seed = seed;
    this.clock = clock;
    this.losses = losses;
  }

  Replica replica() {
    return replica;
  }

  StepClock clock() {
    return clock;
  }

  SampleOrder order() {
    return order;
  }

  /** Steps of every epoch. */
  int steps() {
    return order.steps(microbatchSize);
  }

  /** Samples of a lane in a step. */
  int samplesAt(int lane, int step) {
    return order.samplesAt(lane, step, microbatchSize);
  }

  /** Samples of all lanes in some steps. */
  long samplesIn(int firstStep, int endStep) {
    return order.samplesIn(firstStep, endStep, microbatchSize);
  }

  /** Samples of a lane in some steps. */
  long samplesOf(int lane, int firstStep, int endStep) {
    return order.samplesOf(lane, firstStep, endStep, microbatchSize);
  }

  /**
   * Starts to read ahead.
   *
   * @param stepsDone steps of the epoch that are done already
   * @param blockEnds the end, exclusive, of the steps that each lane runs from a step on before the
   *     next lane does so
   */
  void startEpoch(
      EpochOrder epochOrder, LaneRange lanes, int stepsDone, IntUnaryOperator blockEnds) {
    if (stepsDone == 0) {
      losses.clear();
    }
    clock.start();
    batches.start(
        epochOrder,
        Math.multiplyExact((long) stepsDone, microbatchSize),
        new LaneVisits(lanes, steps(), stepsDone, blockEnds, this::samplesAt));
  }

  /**
   * Leaves the gradient of a lane's microbatch in the replica; the microbatch must not be empty.
   */
  void computeGradient(int epoch, int step, int lane) {
    clock.inCompute();
    ReplicaBatch batch = batches.take();
    clock.inInput();
    double loss = replica.computeGradient(batch, KeyedRandom.hash(seed, epoch, step, lane));
    batches.release(batch);
    if (!Double.isFinite(loss)) {
      throw Divergence.at("epoch %d, step %d".formatted(epoch, step + 1), "the loss is " + loss);
    }
    losses.add(lane, loss, samplesAt(lane, step));
    clock.inCompute();
  }
}
