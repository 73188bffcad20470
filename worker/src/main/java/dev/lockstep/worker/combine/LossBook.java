package dev.lockstep.worker.combine;

import dev.lockstep.common.checkpoint.LaneLoss;
import dev.lockstep.worker.collective.LaneRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The losses of an epoch, lane by lane, so that they can be added in the canonical order. */
public final class LossBook {
  /** Entries of a row: loss and samples. */
  public static final int ROW = 2;

  private final LaneRange lanes;
  private final double[] sums;
  private final long[] samples;
  private double lastLoss;
  private int lastSamples;

  public LossBook(LaneRange lanes) {
    this.lanes = lanes;
    this.sums = new double[lanes.size()];
    this.samples = new long[lanes.size()];
  }

  void clear() {
    Arrays.fill(sums, 0);
    Arrays.fill(samples, 0);
  }

  /**
   * Goes on with what an earlier attempt has booked.
   *
   * @param ofLanes of each lane of the job; empty where nothing was booked
   */
  public void restore(List<LaneLoss> ofLanes) {
    if (ofLanes.isEmpty()) {
      return;
    }
    for (int lane = lanes.first(); lane < lanes.end(); lane++) {
      sums[lane - lanes.first()] = ofLanes.get(lane).loss();
      samples[lane - lanes.first()] = ofLanes.get(lane).samples();
    }
  }

  void add(int lane, double loss, int count) {
    sums[lane - lanes.first()] += loss;
    samples[lane - lanes.first()] += count;
    lastLoss = loss;
    lastSamples = count;
  }

  /** Mean loss of the microbatch that was booked last, for progress. */
  public double lastMean() {
    return lastSamples == 0 ? 0 : lastLoss / lastSamples;
  }

  /** Summed loss and samples of each lane of the rank. */
  public List<double[]> rows() {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      rows.add(new double[] {sums[i], samples[i]});
    }
    return rows;
  }
}
