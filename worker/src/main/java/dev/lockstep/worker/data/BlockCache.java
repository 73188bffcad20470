package dev.lockstep.worker.data;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the blocks that were used last, up to a budget: a small dataset is decoded once, and a
 * large one never fills the memory.
 */
final class BlockCache {
  private final BlockReader reader;
  private final long budgetBytes;
  private final Map<Integer, SampleBlock> blocks = new LinkedHashMap<>();
  private long heldBytes;

  BlockCache(BlockReader reader, long budgetBytes) {
    this.reader = reader;
    this.budgetBytes = budgetBytes;
  }

  /** A block, from memory or from its shard. */
  SampleBlock block(int index) {
    SampleBlock block = blocks.remove(index);
    if (block == null) {
      block = reader.read(index);
      heldBytes += block.weight();
    }
    blocks.put(index, block);
    Iterator<SampleBlock> eldest = blocks.values().iterator();
    while (heldBytes > budgetBytes && blocks.size() > 1) {
      heldBytes -= eldest.next().weight();
      eldest.remove();
    }
    return block;
  }
}
