package dev.lockstep.worker.data;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.common.data.LaneCursor;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.storage.Storage;
import java.util.HashMap;
import java.util.Map;

/**
 * Fills microbatches with the samples of lanes, each lane in its own order. Used by one thread at a
 * time.
 *
 * <p>A lane's cursor jumps among the blocks of its window; the cache has to hold a window for each
 * lane that is read in turn, or blocks are read more often than once.
 */
public final class LaneSamples implements AutoCloseable {
  private final BlockReader reader;
  private final BlockCache cache;
  private final float[] scratch;
  private final Map<Integer, LaneCursor> cursors = new HashMap<>();
  private EpochOrder order;
  private long skipped;

  /**
   * @param directory folder of the manifest
   * @param cacheBytes heap that decoded blocks may take
   */
  public LaneSamples(
      Storage storage, String directory, DataSchema schema, Split split, long cacheBytes) {
    reader = new BlockReader(storage, directory, schema, split);
    cache = new BlockCache(reader, cacheBytes);
    scratch = new float[reader.width()];
  }

  /** Puts every lane back to its start, in the order of an epoch. */
  public void start(EpochOrder epoch) {
    start(epoch, 0);
  }

  /**
   * Puts every lane to the same place, in the order of an epoch.
   *
   * @param skip samples at the start of each lane that are left out
   */
  public void start(EpochOrder epoch, long skip) {
    order = epoch;
    skipped = skip;
    cursors.clear();
  }

  /** Takes the next samples of a lane, as many as are left but not more than {@code atMost}. */
  public void next(int lane, int atMost, Microbatch into) {
    LaneCursor cursor = cursors.computeIfAbsent(lane, this::cursor);
    int samples = 0;
    while (samples < atMost && cursor.advance()) {
      SampleBlock block = cache.block(cursor.block());
      block.copyFeatures(cursor.row(), into.features(), samples * reader.width(), scratch);
      into.labels()[samples] = block.label(cursor.row());
      samples++;
    }
    into.filled(samples);
  }

  private LaneCursor cursor(int lane) {
    LaneCursor cursor = order.lane(lane);
    cursor.skip(skipped);
    return cursor;
  }

  @Override
  public void close() {
    reader.close();
  }
}
