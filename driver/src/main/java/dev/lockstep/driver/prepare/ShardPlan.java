package dev.lockstep.driver.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which rows of a source go into which shard.
 *
 * @param shards in the order of their rows, without gaps between them
 */
record ShardPlan(List<Planned> shards) implements Serializable {
  ShardPlan {
    shards = List.copyOf(shards);
  }

  /**
   * A shard to be written.
   *
   * @param file name by place; the file on disk is named by content too
   * @param start rank of its first row
   */
  record Planned(String split, String file, long start, int blockSamples) implements Serializable {
    private static final int DIGITS = 16;

    /** The name of the shard once its content is known: shards that differ never share one. */
    String file(String sha256) {
      return file.replaceFirst("[.]arrow$", "-" + sha256.substring(0, DIGITS) + ".arrow");
    }
  }

  static ShardPlan of(List<RankedRows.Part> parts, int sampleBytes) {
    List<Planned> shards = new ArrayList<>();
    for (RankedRows.Part part : parts) {
      ShardLayout layout = ShardLayout.of(part.samples(), sampleBytes);
      for (int i = 0; i < layout.shards(); i++) {
        long start = part.start() + (long) i * layout.shardSamples();
        String file = "%s-%05d.arrow".formatted(part.split(), i);
        shards.add(new Planned(part.split(), file, start, layout.blockSamples()));
      }
    }
    return new ShardPlan(shards);
  }

  long[] starts() {
    return shards.stream().mapToLong(Planned::start).toArray();
  }

  /** The index of the shard that a row goes to. */
  static int shardOf(long rank, long[] starts) {
    int found = Arrays.binarySearch(starts, rank);
    return found >= 0 ? found : -found - 2;
  }
}
