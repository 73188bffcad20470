package dev.lockstep.driver.prepare;

import org.apache.spark.Partitioner;

/** Sends each sample to the shard that its place in the split belongs to. */
final class ShardPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int shards;
  private final long shardSamples;

  ShardPartitioner(int shards, long shardSamples) {
    this.shards = shards;
    this.shardSamples = shardSamples;
  }

  @Override
  public int numPartitions() {
    return shards;
  }

  @Override
  public int getPartition(Object place) {
    return Math.toIntExact((Long) place / shardSamples);
  }
}
