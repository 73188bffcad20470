package dev.lockstep.driver.prepare;

import org.apache.spark.Partitioner;

/** Sends each sample to the task of the shard that it belongs to. */
final class ShardPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final long[] starts;

  ShardPartitioner(ShardPlan plan) {
    starts = plan.starts();
  }

  @Override
  public int numPartitions() {
    return starts.length;
  }

  @Override
  public int getPartition(Object rank) {
    return ShardPlan.shardOf((Long) rank, starts);
  }
}
