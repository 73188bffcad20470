package dev.lockstep.common.data;

import java.util.List;

/**
 * A file of prepared samples, an Arrow IPC file.
 *
 * @param file path of the file, relative to the folder of the manifest
 * @param sha256 of the whole file
 */
public record Shard(String file, long samples, long bytes, String sha256, List<Block> blocks) {
  public Shard {
    blocks = List.copyOf(blocks);
  }
}
