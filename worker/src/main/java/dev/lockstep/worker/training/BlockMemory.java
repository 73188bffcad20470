package dev.lockstep.worker.training;

import dev.lockstep.common.data.Block;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.Split;

/**
 * How much heap the readers of a rank may fill with decoded blocks.
 *
 * <p>Lanes that are read in turn need a window each, or blocks would be read over and over; beyond
 * that a cache only spares reading small datasets again in every epoch.
 */
final class BlockMemory {
  private static final long MOST_FOR_TRAINING = 256L << 20;
  private static final long FOR_EVALUATION = 32L << 20;

  /** All ranks together leave three quarters of the heap alone. */
  private static final int PART_OF_HEAP = 4;

  private BlockMemory() {}

  /**
   * For the training split, in bytes.
   *
   * @param ranks of the group, all of which may share this JVM
   * @param lanesInTurn lanes between which a rank switches step by step
   */
  static long forTraining(Split split, int ranks, int lanesInTurn) {
    long share = Runtime.getRuntime().maxMemory() / PART_OF_HEAP / ranks;
    long windows = lanesInTurn * (SampleOrder.WINDOW_BLOCKS + 1L) * largestBlock(split);
    return Math.max(Math.min(MOST_FOR_TRAINING, share), windows);
  }

  /** For a split that is evaluated lane after lane, in bytes. */
  static long forEvaluation() {
    return FOR_EVALUATION;
  }

  private static long largestBlock(Split split) {
    return split.shards().stream()
        .flatMap(shard -> shard.blocks().stream())
        .mapToLong(Block::bytes)
        .max()
        .orElse(0);
  }
}
