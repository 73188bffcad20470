package dev.lockstep.common.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The order of samples of one epoch: which rows of which blocks each lane visits. */
public final class EpochOrder {
  private final SampleOrder order;
  private final int epoch;
  private final int[] blocks;

  /** Where each block of the permuted sequence starts; the last entry is the number of samples. */
  private final long[] starts;

  EpochOrder(SampleOrder order, int epoch, int[] blocks) {
    this.order = order;
    this.epoch = epoch;
    this.blocks = blocks;
    this.starts = new long[blocks.length + 1];
    for (int i = 0; i < blocks.length; i++) {
      starts[i + 1] = starts[i] + order.blockSize(blocks[i]);
    }
  }

  /** A cursor at the first sample of a lane. */
  public LaneCursor lane(int lane) {
    return new LaneCursor(this, lane, segments(order.laneStart(lane), order.laneStart(lane + 1)));
  }

  int[] rowOrder(int lane, int window, int rows) {
    return order.rowOrder(epoch, lane, window, rows);
  }

  /**
   * The pieces of blocks that make up the samples from {@code start} to {@code end} of the
   * sequence.
   */
  private List<Segment> segments(long start, long end) {
    List<Segment> segments = new ArrayList<>();
    for (int i = firstBlockAt(start); i < blocks.length && starts[i] < end; i++) {
      int from = (int) Math.max(0, start - starts[i]);
      int to = (int) (Math.min(end, starts[i + 1]) - starts[i]);
      if (to > from) {
        segments.add(new Segment(blocks[i], from, to));
      }
    }
    return segments;
  }

  private int firstBlockAt(long position) {
    int found = Arrays.binarySearch(starts, 0, blocks.length, position);
    return found >= 0 ? found : Math.max(0, -found - 2);
  }

  /** The rows {@code from} (inclusive) to {@code to} (exclusive) of a block. */
  record Segment(int block, int from, int to) {
    int rows() {
      return to - from;
    }
  }
}
