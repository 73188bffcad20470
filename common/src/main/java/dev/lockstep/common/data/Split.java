package dev.lockstep.common.data;

import java.util.List;

/** The part of a dataset that serves one purpose (train, validation or test); it may be empty. */
public record Split(long samples, List<Shard> shards) {
  public static final Split EMPTY = new Split(0, List.of());

  public Split {
    shards = List.copyOf(shards);
  }

  /** Samples of every block, in the order of shards and blocks. */
  public int[] blockSizes() {
    return shards.stream()
        .flatMap(shard -> shard.blocks().stream())
        .mapToInt(Block::samples)
        .toArray();
  }
}
