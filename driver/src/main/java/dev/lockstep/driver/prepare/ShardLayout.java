package dev.lockstep.driver.prepare;

/**
 * How the samples of a split are cut into shards and blocks: a function of their number and size
 * alone.
 *
 * @param blockSamples samples of every block but the last
 */
record ShardLayout(long samples, int blockSamples) {
  static final int BLOCKS_PER_SHARD = 64;

  private static final int BLOCKS_WANTED = 64;
  private static final int FEWEST_SAMPLES = 16;
  private static final int MOST_SAMPLES = 1000;
  private static final int MOST_BYTES = 4 << 20;

  /**
   * Blocks of a 64th of the split, but 16 samples at least and 1,000 at most, and never more than 4
   * MiB unless a single sample is larger.
   */
  static ShardLayout of(long samples, int sampleBytes) {
    long wanted = (samples + BLOCKS_WANTED - 1) / BLOCKS_WANTED;
    long bounded = Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, wanted));
    return new ShardLayout(samples, (int) Math.max(1, Math.min(bounded, MOST_BYTES / sampleBytes)));
  }

  int shardSamples() {
    return blockSamples * BLOCKS_PER_SHARD;
  }

  int shards() {
    return Math.toIntExact((samples + shardSamples() - 1) / shardSamples());
  }
}
