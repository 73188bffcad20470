package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.data.Block;
import dev.lockstep.common.data.Shard;
import java.util.List;
import java.util.stream.IntStream;

/** Shows every n-th block of a shard as a shard of its own. */
final class ShardPart {
  private ShardPart() {}

  static Shard of(Shard whole, int part, int parts) {
    List<Block> blocks =
        IntStream.range(0, whole.blocks().size())
            .filter(i -> i % parts == part)
            .mapToObj(whole.blocks()::get)
            .toList();
    long samples = blocks.stream().mapToLong(Block::samples).sum();
    return new Shard(whole.file(), samples, whole.bytes(), whole.sha256(), blocks);
  }
}
