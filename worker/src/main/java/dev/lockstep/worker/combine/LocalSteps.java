package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.model.Replica;

/**
 * The steps that a lane goes alone between two averagings.
 *
 * @param lanes of the rank, the first of which speaks of steps
 */
record LocalSteps(LaneWork work, LaneRange lanes, StepListener listener) {
  /** Trains the replica with the microbatches of a lane. */
  void train(int epoch, StepBlock period, int lane) {
    Replica replica = work.replica();
    for (int step = period.first(); step < period.end(); step++) {
      replica.moveTo(Math.multiplyExact(epoch - 1, work.steps()) + step, epoch - 1);
      int samples = work.samplesAt(lane, step);
      if (samples > 0) {
        work.computeGradient(epoch, step, lane);
        replica.applyUpdate(samples);
        work.clock().inCompute();
      }
      if (lane == lanes.first()) {
        listener.stepDone(epoch, step + 1);
      }
    }
  }

  /** The share of a lane in the samples of all lanes in some steps. */
  float weight(int lane, StepBlock steps) {
    long samples = work.samplesIn(steps.first(), steps.end());
    return (float) ((double) work.samplesOf(lane, steps.first(), steps.end()) / samples);
  }

  /**
   * The share of a lane in the samples of a range of lanes in some steps, of which the last of an
   * epoch is none: in all others every lane has samples.
   */
  float weight(int lane, LaneRange range, StepBlock steps) {
    long samples = 0;
    for (int other = range.first(); other < range.end(); other++) {
      samples += work.samplesOf(other, steps.first(), steps.end());
    }
    return (float) ((double) work.samplesOf(lane, steps.first(), steps.end()) / samples);
  }
}
