package dev.lockstep.common.data;

import java.util.List;

/** Visits the samples of a lane in order, window by window. */
public final class LaneCursor {
  private final EpochOrder epoch;
  private final int lane;
  private final List<EpochOrder.Segment> segments;

  private int window = -1;
  private List<EpochOrder.Segment> current = List.of();
  private int[] order = new int[0];
  private int visited;

  private int block;
  private int row;

  LaneCursor(EpochOrder epoch, int lane, List<EpochOrder.Segment> segments) {
    this.epoch = epoch;
    this.lane = lane;
    this.segments = segments;
  }

  /** Moves to the next sample; false at the lane's end. */
  public boolean advance() {
    if (visited == order.length && !enterNextWindow()) {
      return false;
    }
    locate(order[visited++]);
    return true;
  }

  /** Leaves out so many samples, or all that are left. */
  public void skip(long samples) {
    long left = samples;
    while (left > order.length - visited) {
      left -= order.length - visited;
      if (!enterNextWindow()) {
        visited = order.length;
        return;
      }
    }
    visited += (int) left;
  }

  /** Index of the block that holds the sample, in the order of the manifest. */
  public int block() {
    return block;
  }

  /** Row of the sample in its block. */
  public int row() {
    return row;
  }

  private boolean enterNextWindow() {
    window++;
    int first = window * SampleOrder.WINDOW_BLOCKS;
    if (first >= segments.size()) {
      return false;
    }
    current = segments.subList(first, Math.min(segments.size(), first + SampleOrder.WINDOW_BLOCKS));
    int rows = current.stream().mapToInt(EpochOrder.Segment::rows).sum();
    order = epoch.rowOrder(lane, window, rows);
    visited = 0;
    return true;
  }

  /** Turns a position inside the window into block and row. */
  private void locate(int position) {
    int left = position;
    for (EpochOrder.Segment segment : current) {
      if (left < segment.rows()) {
        block = segment.block();
        row = segment.from() + left;
        return;
      }
      left -= segment.rows();
    }
    throw new IllegalStateException("Invalid position in window " + window + ": " + position);
  }
}
