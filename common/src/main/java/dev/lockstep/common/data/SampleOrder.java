package dev.lockstep.common.data;

import java.util.stream.IntStream;

/**
 * The order in which the samples of a split are visited: a pure function of (seed, epoch, lanes,
 * block sizes) in which every sample comes exactly once an epoch.
 *
 * <p>The blocks are permuted for each epoch, the resulting sequence of N samples is cut into one
 * contiguous part a lane, whose sizes differ by at most one, and each part is shuffled inside
 * windows of {@link #WINDOW_BLOCKS} blocks. A lane therefore reads its own part and at most two
 * border blocks, and holds no more than a window of blocks at a time.
 */
public final class SampleOrder {
  /** Blocks whose samples are shuffled with each other. */
  public static final int WINDOW_BLOCKS = 4;

  private final int[] blockSizes;
  private final int lanes;
  private final Shuffle shuffle;
  private final long seed;
  private final long samples;

  /** Whether an epoch has an order of its own. */
  public enum Shuffle {
    EACH_EPOCH,
    /** The order of the prepared data, in every epoch. */
    NEVER
  }

  /**
   * @param blockSizes samples of each block of the split
   * @param lanes at least 1; there may be more lanes than samples
   */
  public SampleOrder(int[] blockSizes, int lanes, Shuffle shuffle, long seed) {
    this.blockSizes = blockSizes.clone();
    this.lanes = lanes;
    this.shuffle = shuffle;
    this.seed = seed;
    this.samples = IntStream.of(blockSizes).asLongStream().sum();
  }

  public int lanes() {
    return lanes;
  }

  public long samples() {
    return samples;
  }

  /** Samples of a lane in every epoch. */
  public long samplesOf(int lane) {
    return laneStart(lane + 1) - laneStart(lane);
  }

  /** Steps of an epoch, the same for all lanes: the shorter ones end with empty microbatches. */
  public int steps(int microbatchSize) {
    long longest = (samples + lanes - 1) / lanes;
    return Math.toIntExact((longest + microbatchSize - 1) / microbatchSize);
  }

  /** Samples of a lane in a step, counted from 0; 0 where the lane has run out. */
  public int samplesAt(int lane, int step, int microbatchSize) {
    long left = samplesOf(lane) - (long) step * microbatchSize;
    return (int) Math.max(0, Math.min(microbatchSize, left));
  }

  /** Samples of all lanes in the steps from {@code firstStep} up to {@code endStep}, exclusive. */
  public long samplesIn(int firstStep, int endStep, int microbatchSize) {
    return IntStream.range(0, lanes)
        .mapToLong(lane -> samplesOf(lane, firstStep, endStep, microbatchSize))
        .sum();
  }

  /** Samples of one lane in the steps from {@code firstStep} up to {@code endStep}, exclusive. */
  public long samplesOf(int lane, int firstStep, int endStep, int microbatchSize) {
    long all = samplesOf(lane);
    return Math.min(all, (long) endStep * microbatchSize)
        - Math.min(all, (long) firstStep * microbatchSize);
  }

  /** The order of one epoch, counted from 1. */
  public EpochOrder epoch(int epoch) {
    return new EpochOrder(this, epoch, blockOrder(epoch));
  }

  int blockSize(int block) {
    return blockSizes[block];
  }

  /** Where a lane's part starts in the sequence of all samples. */
  long laneStart(int lane) {
    return Math.multiplyExact(samples, lane) / lanes;
  }

  int[] rowOrder(int epoch, int lane, int window, int rows) {
    return switch (shuffle) {
      case NEVER -> IntStream.range(0, rows).toArray();
      case EACH_EPOCH -> KeyedRandom.of(seed, epoch, lane, window).permutation(rows);
    };
  }

  private int[] blockOrder(int epoch) {
    return switch (shuffle) {
      case NEVER -> IntStream.range(0, blockSizes.length).toArray();
      case EACH_EPOCH -> KeyedRandom.of(seed, epoch).permutation(blockSizes.length);
    };
  }
}
